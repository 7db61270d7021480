import { Failure } from "./failure.ts";

/** @throws Failure for a Node that is older than what commands are written for, in which they would fail one by one */
export function checkNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return;
  throw new Failure(`this is Node ${version}, and Holdup needs 22.15 or later`);
}

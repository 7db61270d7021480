import { expect, test } from "vitest";
import { checkNodeVersion } from "./node-version.ts";

test.each(["20.20.2", "22.14.0", "18.0.0"])("Node %s is refused in a sentence", (version) => {
  expect(() => checkNodeVersion(version)).toThrow(`this is Node ${version}, and Holdup needs 22.15 or later`);
});

test.each(["22.15.0", "22.16.1", "24.0.0", "26.10.0"])("Node %s will do", (version) => {
  checkNodeVersion(version);
});

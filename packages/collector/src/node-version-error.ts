/** Node is older than what the collector is written for. */
export class NodeVersionError extends Error {
  override readonly name: string = "NodeVersionError";
  readonly code: string = "ERR_NODE_VERSION";
}

/** Throws a NodeVersionError for a Node in which parts of the collector would fail later, one by one. */
export function checkNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 15)) return;
  throw new NodeVersionError(`Holdup's collector needs Node 22.15 or later; this is ${version}.`);
}

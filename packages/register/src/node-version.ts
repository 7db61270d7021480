const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

/** Whether this Node is one that Holdup runs on. */
export function isNodeSupported(): boolean {
  return major > 22 || (major === 22 && minor >= 15);
}

/** What to say where it is not. */
export const nodeNeeded: string = `needs Node 22.15 or later; this is ${process.version}`;

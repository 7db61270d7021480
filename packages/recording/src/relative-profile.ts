import type { CpuProfile } from "./cpu-profile.ts";

/** Makes a profile's paths relative to `root`, and dependencies free of the store that they lie in. */
export function relativeProfile(profile: CpuProfile, root: URL): CpuProfile {
  const nodes = profile.nodes.map((node) => {
    const url = relativePath(node.callFrame.url, root);
    return { ...node, callFrame: { ...node.callFrame, url } };
  });
  return { ...profile, nodes };
}

/** A script's URL as a path relative to `root`; what is of Node itself keeps its `node:`. */
export function relativePath(url: string, root: URL): string {
  if (url === "" || url.startsWith("node:")) return url;
  const path = decodePath(
    url.startsWith(root.href) ? url.slice(root.href.length) : url.replace("file://", ""),
  );
  const inDependency = path.lastIndexOf("node_modules/");
  return inDependency === -1 ? path : `./${path.slice(inDependency)}`;
}

function decodePath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    // A name made by the program (`sourceURL`) may be anything.
    return path;
  }
}

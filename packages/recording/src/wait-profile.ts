import type { CpuProfile, ProfileNode } from "./cpu-profile.ts";
import type { FlameNode } from "./flame-tree.ts";

/**
 * Waiting as a `.cpuprofile`: DevTools, speedscope and 0x draw it like time on the processor. A sample is all waiting under
 * one stack, and its `hitCount` milliseconds.
 */
export function waitProfile(tree: FlameNode): CpuProfile {
  const nodes: ProfileNode[] = [];
  const samples: number[] = [];
  const timeDeltas: number[] = [];
  let before = 0;
  const add = (node: FlameNode): number => {
    const id = nodes.length + 1;
    const own: ProfileNode & { children: number[] } = {
      id,
      callFrame: callFrame(node, id === 1),
      // 0x shows nothing for less than one.
      hitCount: node.self > 0 ? Math.max(1, Math.round(node.self)) : 0,
      children: [],
    };
    nodes.push(own);
    if (node.self > 0) {
      samples.push(id);
      timeDeltas.push(before);
      before = Math.round(node.self * 1000);
    }
    for (const child of node.children) own.children.push(add(child));
    return id;
  };
  add(tree);
  // A sample stands for the time until the next one: the last one's end.
  samples.push(1);
  timeDeltas.push(before);
  return {
    nodes,
    startTime: 0,
    endTime: timeDeltas.reduce((sum, delta) => sum + delta, 0),
    samples,
    timeDeltas,
  };
}

function callFrame({ name, file, line }: FlameNode, root: boolean): ProfileNode["callFrame"] {
  return {
    functionName: root ? "(root)" : name,
    scriptId: "0",
    url: file,
    lineNumber: line - 1,
    columnNumber: 0,
  };
}

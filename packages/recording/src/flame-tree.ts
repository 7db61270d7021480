import type { CpuProfile, ProfileNode } from "./cpu-profile.ts";
import type { WaitStack } from "./recording.ts";

/** A function in a flamegraph, under the one that called it. Times are milliseconds. */
export interface FlameNode {
  readonly name: string;
  /** Empty for what has no source. */
  readonly file: string;
  /** Counted from 1; 0: unknown. */
  readonly line: number;
  /** Of its own, and with all that it called. */
  self: number;
  total: number;
  readonly children: FlameNode[];
}

// Time in which nothing ran: it would be most of a program that waits.
const notRunning = new Set(["(idle)", "(program)"]);

/**
 * Where the processor's time went, of all threads together. One function is one frame, wherever it was called from on
 * which line: lines move with every edit.
 */
export function cpuTree(profiles: readonly CpuProfile[]): FlameNode {
  const tree = new TreeBuilder();
  for (const profile of profiles) addProfile(tree, profile);
  return tree.end();
}

/** Where the waiting was, or who held meanwhile: the primitive at the root, the innermost function on top. */
export function waitTree(stacks: readonly WaitStack[]): FlameNode {
  const tree = new TreeBuilder();
  for (const { type, name, frames, ms } of stacks) {
    const functions = frames.toReversed().map(({ functionName, filePath, lineNumber }) => ({
      name: functionName,
      file: filePath,
      line: lineNumber,
    }));
    const unknown = functions.length === 0 ? [{ name: "(not sampled)", file: "", line: 0 }] : [];
    tree.add([{ name: `${type} "${name}"`, file: "", line: 0 }, ...functions, ...unknown], ms);
  }
  return tree.end();
}

/** All nodes of a tree, parents first. */
export function* nodesOf(node: FlameNode): Generator<FlameNode> {
  yield node;
  for (const child of node.children) yield* nodesOf(child);
}

/** What makes two frames the same function, in two versions of a program, too. */
export function frameKey({ name, file }: Pick<FlameNode, "name" | "file">): string {
  return `${name} ${file}`;
}

/** The functions of a tree, each once, those that took the most themselves first. */
export function topFrames(tree: FlameNode): Omit<FlameNode, "children">[] {
  const sums = new Map<string, Omit<FlameNode, "children">>();
  const visit = (node: FlameNode, above: ReadonlySet<string>): void => {
    const key = frameKey(node);
    const sum = sums.get(key) ?? { name: node.name, file: node.file, line: node.line, self: 0, total: 0 };
    sum.self += node.self;
    // A function that calls itself has its time once.
    if (!above.has(key)) sum.total += node.total;
    sums.set(key, sum);
    const below = new Set(above).add(key);
    for (const child of node.children) visit(child, below);
  };
  for (const child of tree.children) visit(child, new Set());
  return [...sums.values()].toSorted((a, b) => b.self - a.self || b.total - a.total);
}

type Frame = Pick<FlameNode, "name" | "file" | "line">;

/** Puts stacks together to a tree, frames of one function in one place. */
export class TreeBuilder {
  readonly #root: FlameNode = { name: "all", file: "", line: 0, self: 0, total: 0, children: [] };

  add(stack: readonly Frame[], ms: number): void {
    let node = this.#root;
    for (const frame of stack) node = childOf(node, frame);
    node.self += ms;
  }

  end(): FlameNode {
    addUp(this.#root);
    return this.#root;
  }
}

function childOf(node: FlameNode, frame: Frame): FlameNode {
  const key = frameKey(frame);
  let child = node.children.find((one) => frameKey(one) === key);
  if (child === undefined) {
    child = { name: frame.name, file: frame.file, line: frame.line, self: 0, total: 0, children: [] };
    node.children.push(child);
  }
  return child;
}

function addUp(node: FlameNode): number {
  node.total = node.children.reduce((sum, child) => sum + addUp(child), node.self);
  node.children.sort((a, b) => Number(isNoFunction(a)) - Number(isNoFunction(b)) || b.total - a.total);
  return node.total;
}

// "(not sampled)", "held by (not sampled)", "(garbage collector)": they come last, so that the way to the widest frame leads to code.
function isNoFunction({ name, file }: FlameNode): boolean {
  return file === "" && /(?:^| )\([^()]*\)$/.test(name);
}

function addProfile(tree: TreeBuilder, profile: CpuProfile): void {
  const selfMs = selfTimes(profile);
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const visit = (node: ProfileNode, above: readonly Frame[]): void => {
    if (notRunning.has(node.callFrame.functionName)) return;
    const stack = node.callFrame.functionName === "(root)" ? above : [...above, frameOf(node)];
    const ms = selfMs.get(node.id) ?? 0;
    if (ms > 0) tree.add(stack, ms);
    for (const id of node.children ?? []) {
      const child = byId.get(id);
      if (child !== undefined) visit(child, stack);
    }
  };
  const [root] = profile.nodes;
  if (root !== undefined) visit(root, []);
}

/** By node: a sample stands for the time until the next one, as far as the thread had a processor. */
function selfTimes({ samples, timeDeltas, startTime, endTime }: CpuProfile): Map<number, number> {
  const times = new Map<number, number>();
  const sampled = timeDeltas.reduce((sum, delta) => sum + delta, 0);
  const longest = longestDistance(timeDeltas);
  for (const [i, id] of samples.entries()) {
    const last = Math.max(0, endTime - startTime - sampled);
    // V8 sorts samples late now and then; then a difference is negative.
    const micro = Math.min(longest, Math.max(0, timeDeltas[i + 1] ?? last));
    times.set(id, (times.get(id) ?? 0) + micro / 1000);
  }
  return times;
}

/** With fewer samples nobody knows how far apart they usually are. */
const enoughSamples = 100;

/** A thread that has a processor is sampled at even distances: a gap is time in which it had none, and computed nothing. */
function longestDistance(timeDeltas: readonly number[]): number {
  if (timeDeltas.length < enoughSamples) return Number.POSITIVE_INFINITY;
  const sorted = timeDeltas.toSorted((a, b) => a - b);
  return 2 * (sorted[Math.floor(sorted.length / 2)] ?? 0);
}

function frameOf({ callFrame: { functionName, url, lineNumber } }: ProfileNode): Frame {
  return {
    name: functionName === "" ? "(anonymous)" : functionName,
    file: url,
    line: url === "" ? 0 : lineNumber + 1,
  };
}

/** A function in a flamegraph. */
export interface Frame {
  /** As the viewer shows it: `signOrder examples/checkout/src/signature.ts.js:8`. */
  readonly name: string;
  /** Samples in which it was on top. */
  readonly self: number;
}

/** A function on a stack, as 0x embeds it. */
interface Branch {
  readonly name: string;
  readonly top: number;
  readonly children: readonly Branch[];
}

/**
 * The functions in a flamegraph that 0x made, each once, those that took the most first.
 *
 * @throws Error when there is no data in it
 */
export function framesOf(html: string): Frame[] {
  const selfOf = new Map<string, number>();
  for (const { name, top } of branches(embeddedTree(html))) selfOf.set(name, (selfOf.get(name) ?? 0) + top);
  return Array.from(selfOf, ([name, self]) => ({ name, self })).toSorted((a, b) => b.self - a.self);
}

/**
 * The functions of these sources that the viewer shows as the application's, without a click. Without a folder those of all
 * code that is no dependency and not Node's own.
 */
export function applicationFrames(frames: readonly Frame[], folder?: string): Frame[] {
  const inside = folder === undefined ? isOwnCode : (name: string) => name.includes(` ${folder}/`);
  return frames.filter(({ name }) => inside(name) && /\.m?js:\d+$/.test(name));
}

// As the viewer tells it: Node's own files have no slash in their names, or an `internal/`.
function isOwnCode(name: string): boolean {
  if (!name.includes("/") || name.includes("node_modules/")) return false;
  return !name.includes("internal/") || name.includes(" /");
}

const call = 'visualizer({"merged":';

function embeddedTree(html: string): Branch {
  const start = html.lastIndexOf(call);
  const end = html.lastIndexOf(")", html.lastIndexOf("</script>"));
  if (start === -1 || end === -1) throw new Error("the flamegraph has no data in it");
  const [trees] = JSON.parse(`[${html.slice(start + "visualizer(".length, end)}]`) as [{ merged: Branch }];
  return trees.merged;
}

function* branches(branch: Branch): Generator<Branch> {
  yield branch;
  for (const child of branch.children) yield* branches(child);
}

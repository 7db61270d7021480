import { frameKey, type FlameNode } from "./flame-tree.ts";

/** A function in two versions, as wide as in one of them. */
export interface DiffNode extends FlameNode {
  /** Its share of the whole, in each. */
  readonly baseShare: number;
  readonly headShare: number;
  readonly children: DiffNode[];
}

/**
 * What of one tree is more in the other: each is taken as shares of its own whole, functions are the same by name and file.
 * `width` says whose shares are drawn: what is only in the base has no width in the head.
 */
export function diffTree(base: FlameNode, head: FlameNode, width: "base" | "head"): DiffNode {
  return merge(base, head, width, base.total, head.total);
}

function merge(
  base: FlameNode | undefined,
  head: FlameNode | undefined,
  width: "base" | "head",
  baseWhole: number,
  headWhole: number,
): DiffNode {
  const shown = (width === "head" ? (head ?? base) : (base ?? head)) as FlameNode;
  const drawn = width === "head" ? head : base;
  const others = new Map((width === "head" ? base : head)?.children.map((node) => [frameKey(node), node]));
  const children = (drawn?.children ?? []).map((child) => {
    const other = others.get(frameKey(child));
    return width === "head"
      ? merge(other, child, width, baseWhole, headWhole)
      : merge(child, other, width, baseWhole, headWhole);
  });
  return {
    name: shown.name,
    file: shown.file,
    line: shown.line,
    self: drawn?.self ?? 0,
    total: drawn?.total ?? 0,
    baseShare: share(base, baseWhole),
    headShare: share(head, headWhole),
    children,
  };
}

function share(node: FlameNode | undefined, whole: number): number {
  return node === undefined || whole === 0 ? 0 : node.total / whole;
}

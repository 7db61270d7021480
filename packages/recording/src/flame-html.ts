import type { FlameNode } from "./flame-tree.ts";
import { escapeHtml } from "./html.ts";

/** Frames narrower than this share of the whole are left out: nobody sees them. */
const narrowest = 0.0005;
const rowHeight = 18;

/** How a frame looks, and what is told of it. */
export interface FrameLook {
  readonly className: "" | "dependency" | "worse" | "better" | "same";
  readonly detail: string;
}

/** A flamegraph as part of a page, the outermost functions on top. Each frame can be reached by the keyboard, and widened. */
export function flameHtml(label: string, tree: FlameNode, lookOf: (node: FlameNode) => FrameLook): string {
  if (tree.total <= 0) return `<p>${escapeHtml(label)}: nothing to show.</p>`;
  const frames: string[] = [];
  let rows = 0;
  const draw = (node: FlameNode, x: number, y: number): void => {
    const width = node.total / tree.total;
    if (width < narrowest) return;
    rows = Math.max(rows, y + 1);
    frames.push(frameHtml(node, x, width, y, lookOf(node)));
    let next = x;
    for (const child of node.children) {
      draw(child, next, y + 1);
      next += child.total / tree.total;
    }
  };
  draw(tree, 0, 0);
  // Stacks of modules that load each other are very deep.
  return `<div class="tall" tabindex="0" role="group" aria-label="${escapeHtml(label)}, scrollable"><div class="flame" role="group" aria-label="${escapeHtml(label)}" style="height:${rows * rowHeight}px">${frames.join("\n")}</div></div>`;
}

function frameHtml(node: FlameNode, x: number, width: number, y: number, look: FrameLook): string {
  const place = node.file === "" ? "" : ` ${node.file}${node.line > 0 ? `:${node.line}` : ""}`;
  const name = escapeHtml(`${node.name}${place}`);
  const at = `left:${round(x * 100)}%;width:${round(width * 100)}%;top:${y * rowHeight}px`;
  return `<button type="button" class="${look.className}" style="${at}" data-x="${round(x)}" data-w="${round(width)}" data-y="${y}" title="${name}&#10;${escapeHtml(look.detail)}">${name}</button>`;
}

function round(value: number): number {
  return Number(value.toFixed(6));
}

/** A duration for people, from milliseconds. */
export function milliseconds(ms: number): string {
  if (Math.abs(ms) >= 1000) return `${(ms / 1000).toPrecision(3)} s`;
  if (Math.abs(ms) >= 0.1) return `${ms.toPrecision(3)} ms`;
  return ms === 0 ? "0" : `${Math.round(ms * 1000)} µs`;
}

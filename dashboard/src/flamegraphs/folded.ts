/** Folded stacks: a line for each stack, outermost function first, `outer;inner 12`. */

import { TreeBuilder, type FlameNode } from "@holdup/recording";

/** Reads folded stacks; the number is taken for milliseconds. Lines that are none are passed over. */
export function parseFolded(text: string): FlameNode {
  const tree = new TreeBuilder();
  for (const line of text.split("\n")) {
    const match = /^(.+) (\d+(?:\.\d+)?)\s*$/.exec(line);
    if (match === null) continue;
    const frames = (match[1] as string).split(";").map((name) => ({ name, file: "", line: 0 }));
    tree.add(frames, Number(match[2]));
  }
  return tree.end();
}

/** Writes a tree as folded stacks, in whole microseconds: what reads them takes whole numbers. */
export function writeFolded(tree: FlameNode): string {
  const lines: string[] = [];
  const visit = (node: FlameNode, above: readonly string[]): void => {
    const stack = [...above, label(node)];
    const microseconds = Math.round(node.self * 1000);
    if (microseconds > 0) lines.push(`${stack.join(";")} ${microseconds}`);
    for (const child of node.children) visit(child, stack);
  };
  for (const child of tree.children) visit(child, []);
  return `${lines.join("\n")}\n`;
}

// A semicolon would be the end of a frame.
function label({ name, file, line }: FlameNode): string {
  return `${name}${file === "" ? "" : ` ${file}:${line}`}`.replaceAll(/[;\n]/g, ",");
}

/**
 * What a program should print, compared with what it printed. In an expected line `…` stands for any
 * text and `{one|other}` for either; the indented lines under `any order:` may come in any order.
 */

interface Expected {
  readonly text: string;
  readonly pattern: RegExp;
}

/** The difference, to read; empty if what was printed is what was expected. */
export function difference(expected: string, printed: string): string {
  const lines = linesOf(printed);
  const wanted = inOrderOf(lines, parse(expected));
  const alike = (line: string, index: number) => wanted[index]?.pattern.test(line) === true;

  const from = countWhile(lines.map(alike));
  if (from === lines.length && from === wanted.length) return "";
  const shift = wanted.length - lines.length;
  const tail = countWhile(lines.map((line, index) => alike(line, index + shift)).toReversed());
  const end = Math.min(tail, lines.length - from, wanted.length - from);
  return [
    ...lines.slice(Math.max(0, from - 2), from).map((line) => `  ${line}`),
    ...wanted.slice(from, wanted.length - end).map(({ text }) => `- ${text}`),
    ...lines.slice(from, lines.length - end).map((line) => `+ ${line}`),
    ...lines.slice(lines.length - end, lines.length - end + 2).map((line) => `  ${line}`),
  ].join("\n");
}

/** Steps of the program: one line each, or several in any order. */
function parse(text: string): Expected[][] {
  const steps: Expected[][] = [];
  for (const line of linesOf(text)) {
    if (line === "any order:") steps.push([]);
    else if (line.startsWith("  ")) steps.at(-1)?.push(expectedLine(line.slice(2)));
    else steps.push([expectedLine(line)]);
  }
  return steps;
}

/** The expected lines, those of a step put in the order in which they were printed. */
function inOrderOf(lines: readonly string[], steps: readonly Expected[][]): Expected[] {
  const ordered: Expected[] = [];
  for (const step of steps) {
    const left = [...step];
    for (const line of lines.slice(ordered.length, ordered.length + step.length)) {
      const index = left.findIndex(({ pattern }) => pattern.test(line));
      if (index !== -1) ordered.push(...left.splice(index, 1));
    }
    ordered.push(...left);
  }
  return ordered;
}

const wildcards = /(…|\{[^{}|]*(?:\|[^{}|]*)+\})/u;

function expectedLine(text: string): Expected {
  const parts = text
    .split(wildcards)
    .map((part, index) => (index % 2 === 0 ? literally(part) : loosely(part)));
  return { text, pattern: new RegExp(`^${parts.join("")}$`, "u") };
}

function loosely(wildcard: string): string {
  if (wildcard === "…") return ".*";
  const choices = wildcard.slice(1, -1).split("|");
  return `(?:${choices.map(literally).join("|")})`;
}

function literally(text: string): string {
  return text.replaceAll(/[$()*+.?[\\\]^{|}]/gu, String.raw`\$&`);
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function countWhile(alike: readonly boolean[]): number {
  const end = alike.indexOf(false);
  return end === -1 ? alike.length : end;
}

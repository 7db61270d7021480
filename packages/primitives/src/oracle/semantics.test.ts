import { globSync, readFileSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

interface Rule {
  id: string;
  rule: string;
  notApplicable?: string;
  deviation?: string;
}

const rules = JSON.parse(readFileSync(new URL("rules.json", import.meta.url), "utf8")) as Rule[];
const repository = fileURLToPath(new URL("../../../..", import.meta.url));

/** The tests of this workspace whose titles begin with a rule's id, or with a range of them. */
const cited = new Map<string, string[]>();
for (const file of globSync("{packages,examples}/*/src/**/*.test.ts", { cwd: repository })) {
  const text = readFileSync(`${repository}/${file}`, "utf8");
  for (const [, title = ""] of text.matchAll(/\btest(?:\.each\([^)]*\))?\(\s*["`]([A-Z]+\d+[^"`]*)/g)) {
    const [, id = ""] = /^([A-Z]+\d+)(?![-\d])/.exec(title) ?? [];
    cited.set(id, [...(cited.get(id) ?? []), `${relative("packages/primitives", file)}: ${title}`]);
  }
}

test("every rule that applies has a test whose title begins with its id", () => {
  const without = rules.filter(({ id, notApplicable }) => notApplicable === undefined && !cited.has(id));
  expect(without.map(({ id }) => id)).toEqual([]);
});

test("SEMANTICS.md tells rules, tests and deviations as they are (vitest -u writes it)", async () => {
  await expect(table()).toMatchFileSnapshot("../../SEMANTICS.md");
});

function table(): string {
  const rows = rules.map(({ id, rule, notApplicable, deviation }) =>
    notApplicable === undefined
      ? `| ${id} | ${cell(rule)} | ${tests(id)} | ${cell(deviation ?? "")} |`
      : `| ${id} | ${cell(rule)} | – | does not apply: ${cell(notApplicable)} |`,
  );
  return [
    "# Semantics",
    "",
    "What the primitives must do: the rules of CPython 3.13's asyncio, the tests that fix them, and where this",
    "package deviates, why. The 399 recorded programs of `src/oracle` are replayed besides. Written by",
    "`vitest -u`; a test fails when it is out of date or a rule is without a test.",
    "",
    "| rule | says | tests | here |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function tests(id: string): string {
  const files = new Map<string, number>();
  for (const citation of cited.get(id) ?? []) {
    const [file = ""] = citation.split(": ");
    files.set(file, (files.get(file) ?? 0) + 1);
  }
  return Array.from(
    files,
    ([file, count]) => `\`${file.replace(/^.*\//, "")}\`${count > 1 ? ` (${count})` : ""}`,
  )
    .toSorted()
    .join(", ");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

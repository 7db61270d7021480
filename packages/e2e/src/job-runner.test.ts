import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { evaluate, type ExpressionContext } from "./job-expression.ts";
import { runJob, stepsOf, type JobResult } from "./job-runner.ts";

function workspace(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "holdup-workspace-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function run(steps: string, files: Readonly<Record<string, string>> = {}): JobResult {
  const text = `jobs:\n  job:\n    steps:\n${steps.replaceAll(/^/gm, "      ")}`;
  return runJob(stepsOf(text), { workspace: workspace(files), event: { number: 7 } });
}

test("what a step writes to GitHub's files is there for the next one", () => {
  const { summary, failed, steps } = run(`
- id: first
  run: printf 'a=1\\nb<<END\\ntwo\\nlines\\nEND\\n' >> "$GITHUB_OUTPUT"; echo "C=3" >> "$GITHUB_ENV"
- run: echo "\${{ steps.first.outputs.b }} $C \${{ github.event.number }}" >> "$GITHUB_STEP_SUMMARY"
`);

  expect(failed).toBe(false);
  expect(summary).toBe("two\nlines 3 7\n");
  expect(steps.map(({ outcome }) => outcome)).toEqual(["success", "success"]);
});

test("after a failure only those steps run that always do", () => {
  const { failed, steps } = run(`
- run: false; true
- run: echo on
- if: always()
  run: echo here
- if: failure() && '' != 'a'
  uses: actions/upload-artifact@v7
  with: { path: out }
`);

  expect(failed).toBe(true);
  expect(steps.map(({ outcome }) => outcome)).toEqual(["failure", "skipped", "success", "not run here"]);
  expect(steps[3]?.with).toEqual({ path: "out" });
});

test("a composite action runs with its inputs and their defaults", () => {
  const action = `
inputs: { greeting: { default: hello }, name: { required: true } }
runs:
  steps:
    - run: echo "$GREETING $NAME" >> "$GITHUB_STEP_SUMMARY"
      shell: bash
      env: { GREETING: "\${{ inputs.greeting }}", NAME: "\${{ inputs.name }}" }
`;

  const { summary } = run("- uses: ./\n  with: { name: you }", { "action.yml": action });

  expect(summary).toBe("hello you\n");
});

test("expressions have the values that GitHub gives them", () => {
  const context: ExpressionContext = {
    github: { event: { before: "abc" } },
    env: {},
    inputs: { base: "" },
    steps: {},
    failed: false,
  };
  const value = (expression: string): unknown => evaluate(expression, context);

  expect(value("inputs.base || github.event.pull_request.base.sha || github.event.before || 'HEAD~1'")).toBe(
    "abc",
  );
  expect(value("!(1 == 2) && 'it''s'")).toBe("it's");
  expect(value("failure() || always()")).toBe(true);
  expect(() => value("hashFiles('a')")).toThrow();
});

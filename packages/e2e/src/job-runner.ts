import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parse } from "yaml";
import { evaluate, interpolate, type ExpressionContext } from "./job-expression.ts";

/** A step of a job, or of a composite action. */
export interface Step {
  readonly name?: string;
  readonly id?: string;
  readonly if?: string | boolean;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A workflow file, as far as it matters here. */
export interface Workflow {
  readonly permissions: unknown;
  readonly jobs: Readonly<
    Record<string, { readonly steps: readonly Step[]; readonly permissions?: unknown }>
  >;
}

interface Action {
  readonly inputs?: Readonly<Record<string, { readonly default?: string; readonly required?: boolean }>>;
  readonly runs: { readonly steps: readonly Step[] };
}

/** What a step did. */
export interface StepResult {
  readonly what: string;
  readonly outcome: "success" | "failure" | "skipped" | "not run here";
  /** Of actions of others, which don't run here: what they would have been given. */
  readonly with?: Readonly<Record<string, string>>;
  readonly output: string;
}

/** What a job did. */
export interface JobResult {
  readonly failed: boolean;
  readonly steps: readonly StepResult[];
  readonly summary: string;
}

/** Where and on what a job runs. */
export interface JobRun {
  /** The checkout. */
  readonly workspace: string;
  /** GitHub's event. */
  readonly event: object;
  readonly env?: Readonly<Record<string, string>>;
  /** Folders of composite actions that a workflow names from elsewhere, as `holdup/holdup@v0`. */
  readonly actions?: Readonly<Record<string, string>>;
}

/**
 * Runs a job's steps here as GitHub runs them: each `run` by bash, with the files that steps write to, and composite actions
 * step by step. Actions of others don't run; what they are given is told.
 */
export function runJob(steps: readonly Step[], run: JobRun): JobResult {
  const folder = mkdtempSync(join(tmpdir(), "holdup-job-"));
  try {
    const job = new Job(folder, run);
    job.steps(steps, {});
    return { failed: job.failed, steps: job.results, summary: readFileSync(job.summary, "utf8") };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The steps of a workflow's only job. */
export function stepsOf(text: string): readonly Step[] {
  const { jobs } = parse(text) as Workflow;
  return Object.values(jobs).flatMap(({ steps }) => steps);
}

class Job {
  failed = false;
  readonly results: StepResult[] = [];
  readonly summary: string;
  readonly #run: JobRun;
  readonly #files: Readonly<Record<string, string>>;
  readonly #env: Record<string, string>;

  constructor(folder: string, run: JobRun) {
    this.#run = run;
    const file = (name: string): string => join(folder, name);
    this.summary = file("summary");
    this.#files = {
      GITHUB_STEP_SUMMARY: this.summary,
      GITHUB_OUTPUT: file("output"),
      GITHUB_ENV: file("env"),
      GITHUB_PATH: file("path"),
      GITHUB_EVENT_PATH: file("event.json"),
    };
    for (const path of Object.values(this.#files)) writeFileSync(path, "");
    writeFileSync(file("event.json"), JSON.stringify(run.event));
    this.#env = { GITHUB_ACTIONS: "true", GITHUB_WORKSPACE: run.workspace, CI: "true", ...run.env };
  }

  steps(steps: readonly Step[], inputs: Readonly<Record<string, string>>): void {
    const outputs: Record<string, { outputs: Record<string, string> }> = {};
    for (const step of steps) {
      const context: ExpressionContext = {
        github: { event: this.#run.event, token: "token" },
        env: this.#env,
        inputs,
        steps: outputs,
        failed: this.failed,
      };
      this.#step(step, context, outputs);
    }
  }

  #step(
    step: Step,
    context: ExpressionContext,
    outputs: Record<string, { outputs: Record<string, string> }>,
  ): void {
    const what = step.name ?? step.run ?? step.uses ?? "";
    const condition = step.if === undefined ? "success()" : String(step.if);
    const guarded = /\b(?:always|failure|success|cancelled)\(\)/.test(condition);
    if (!evaluate(guarded ? condition : `success() && (${condition})`, context)) {
      this.results.push({ what, outcome: "skipped", output: "" });
    } else if (step.run !== undefined) {
      this.#shell(what, step, context);
      if (step.id !== undefined) outputs[step.id] = { outputs: this.#taken("GITHUB_OUTPUT") };
      Object.assign(this.#env, this.#taken("GITHUB_ENV"));
    } else {
      this.#uses(what, step, context);
    }
  }

  #shell(what: string, step: Step, context: ExpressionContext): void {
    const own = mapValues(step.env ?? {}, (value) => interpolate(value, context));
    const strict = step.shell === "bash" ? ["--noprofile", "--norc", "-eo", "pipefail"] : ["-e"];
    const script = interpolate(step.run ?? "", context);
    const { status, stdout, stderr } = spawnSync("bash", [...strict, "-c", script], {
      cwd: this.#run.workspace,
      env: { ...process.env, ...this.#env, ...this.#files, ...own },
      encoding: "utf8",
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) this.failed = true;
    this.results.push({ what, outcome: status === 0 ? "success" : "failure", output: `${stdout}${stderr}` });
  }

  #uses(what: string, { uses = "", with: given = {} }: Step, context: ExpressionContext): void {
    const values = mapValues(given, (value) => interpolate(String(value), context));
    const folder = uses.startsWith("./") ? join(this.#run.workspace, uses) : this.#run.actions?.[uses];
    if (folder === undefined) {
      this.results.push({ what, outcome: "not run here", with: values, output: "" });
      return;
    }
    const path = [join(folder, "action.yml"), folder].find((one) => existsSync(one)) ?? folder;
    const action = parse(readFileSync(path, "utf8")) as Action;
    const defaults = mapValues(action.inputs ?? {}, ({ default: value }) => value ?? "");
    this.steps(action.runs.steps, { ...defaults, ...values });
  }

  /** What steps wrote to a file of GitHub's, which is empty afterwards. */
  #taken(name: "GITHUB_OUTPUT" | "GITHUB_ENV"): Record<string, string> {
    const path = this.#files[name] as string;
    const text = readFileSync(path, "utf8");
    writeFileSync(path, "");
    const values: Record<string, string> = {};
    const lines = text.split("\n");
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] as string;
      const long = /^([^=<]+)<<(.+)$/.exec(line);
      if (long !== null) {
        const end = lines.indexOf(long[2] as string, i + 1);
        values[long[1] as string] = lines.slice(i + 1, end).join("\n");
        i = end;
      } else if (line.includes("=")) {
        values[line.slice(0, line.indexOf("="))] = line.slice(line.indexOf("=") + 1);
      }
    }
    return values;
  }
}

function mapValues<From, To>(
  object: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));
}

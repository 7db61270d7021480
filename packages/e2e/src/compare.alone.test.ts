import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Comparison, PrimitiveRecord, Recording } from "@holdup/recording";
import { parseRecording } from "@holdup/recording";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { command, Program, programPath, repository } from "./wired-program.ts";

/** Recordings of one real run, and of the same with every hold, and the waiting for it, longer. */
let recordings: { base: string; slower: string };

function temporary(): string {
  return mkdtempSync(join(tmpdir(), "holdup-compare-test-"));
}

beforeAll(async () => {
  const folder = temporary();
  recordings = { base: join(folder, "base"), slower: join(folder, "slower") };
  await using program = new Program([
    command,
    "record",
    "--out",
    recordings.base,
    "--",
    process.execPath,
    programPath("recorded/steady-holder"),
  ]);
  expect(await program.ended).toEqual({ code: 0, signal: null });
  // What the machine did meanwhile is not what is tested here.
  const quiet = withoutNoise(parseRecording(readFileSync(join(recordings.base, "contention.json"), "utf8")));
  write(recordings.base, quiet);
  write(recordings.slower, { ...quiet, primitives: quiet.primitives.map((one) => stretched(one, 1.3)) });
  return () => rmSync(folder, { recursive: true, force: true });
});

function write(folder: string, recording: Recording): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "contention.json"), JSON.stringify(recording));
}

function withoutNoise(recording: Recording): Recording {
  const threads = recording.threads.map((thread) => ({ ...thread, delayedMs: 0, timersLateMs: 0 }));
  // Every slice like the run: whether a difference is one, and not what chance made of it.
  const primitives = recording.primitives.map((one) => ({
    ...one,
    slices: one.slices.map((slice) => ({
      ...slice,
      blockedMs: (one.blockedMs / one.operations) * slice.operations,
      holders: slice.holders.map((row) => ({ ...row, holdMs: (one.holdMs / one.operations) * row.holds })),
    })),
  }));
  return { ...recording, threads, primitives };
}

function stretched(one: PrimitiveRecord, by: number): PrimitiveRecord {
  return {
    ...one,
    blockedMs: one.blockedMs * by,
    holdMs: one.holdMs * by,
    slices: one.slices.map((slice) => ({
      ...slice,
      blockedMs: slice.blockedMs * by,
      holders: slice.holders.map((row) => ({ ...row, holdMs: row.holdMs * by })),
    })),
  };
}

async function compare(
  ...args: readonly string[]
): Promise<{ code: number | null; out: string; errors: string }> {
  await using program = new Program([command, "compare", ...args]);
  const { code } = await program.ended;
  return { code, out: program.lines.join("\n"), errors: program.errors };
}

test("a hold that is 30 % longer is regressed: exit code 1, the primitive and the line", async () => {
  const { code, out } = await compare(recordings.base, recordings.slower);

  expect(out).toMatch(
    /^steady is held 30 % longer at holdFor packages\/e2e\/src\/programs\/recorded\/steady-holder\.ts:\d+ \(/m,
  );
  expect(code).toBe(1);
});

test("the same recording twice is unchanged: exit code 0", async () => {
  const { code, out } = await compare(recordings.base, recordings.base);

  expect(out).toMatch(/^unchanged +steady /m);
  expect(code).toBe(0);
});

test("what it says is written for people, for the job's summary and for programs", async () => {
  const folder = temporary();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const summary = join(folder, "step-summary");
  writeFileSync(summary, "# Before\n");

  const { out } = await compare(
    recordings.base,
    recordings.slower,
    "--json",
    "--out",
    folder,
    "--summary",
    summary,
  );

  expect((JSON.parse(out) as Comparison).verdict).toBe("regressed");
  expect(readFileSync(summary, "utf8")).toMatch(/^# Before\n## Waiting: 🔴 regressed/);
  expect(JSON.parse(readFileSync(join(folder, "comparison.json"), "utf8"))).toEqual(JSON.parse(out));
  expect(readFileSync(join(folder, "benchmark.json"), "utf8")).toContain('"steady: wait p99"');
  expect(readFileSync(join(folder, "compare.html"), "utf8")).toContain("steady-holder.ts");
});

test("a function that computes 30 % more grew more than the others, though what it calls does the work; no waiting regressed", async () => {
  const folder = temporary();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // In turns: a machine is busy with something else now and then.
  const sides = { base: 2000, head: 2600 };
  for (const turn of ["1", "2", "3"]) {
    for (const [side, rounds] of Object.entries(sides)) {
      const run = [process.execPath, programPath("recorded/signing"), String(rounds)];
      await using program = new Program([command, "record", "--out", join(folder, side, turn), "--", ...run]);
      expect(await program.ended).toEqual({ code: 0, signal: null });
    }
  }

  const { code, out } = await compare(join(folder, "base"), join(folder, "head"), "--json");

  const { processor, primitives } = JSON.parse(out) as Comparison;
  // How long the program takes to start is the machine's, and makes all its shares larger or smaller alike.
  const own = processor.filter(({ site }) => /^(?:sign|hash)$/.test(site.functionName));
  const [most, ...others] = own.toSorted((a, b) => b.head / b.base - a.head / a.base);
  expect(others).toHaveLength(1);
  expect(most?.site.functionName).toBe("sign");
  expect(primitives).toEqual([]);
  expect(code).toBe(0);
});

test("bad use is one sentence and exit code 2", async () => {
  for (const args of [
    [recordings.base],
    [recordings.base, "/nowhere"],
    [recordings.base, recordings.base, "--fail-on", "luck"],
  ]) {
    const { code, errors } = await compare(...args);
    expect(code).toBe(2);
    expect(errors.trim().split("\n")).toHaveLength(1);
  }
  const { code, errors } = await bench(repository, ["--base", "HEAD", "--pairs", "2", "--", "node"]);
  expect(code).toBe(2);
  expect(errors).toMatch(/^error: option '--pairs <count>' argument '2' is invalid\. It must be .*\n$/);
});

/** A repository with a program in it. */
function scratchRepository(): string {
  const folder = temporary();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "node_modules/@holdup"), { recursive: true });
  symlinkSync(join(repository, "packages/primitives"), join(folder, "node_modules/@holdup/primitives"));
  writeFileSync(join(folder, ".gitignore"), "node_modules\n");
  writeFileSync(join(folder, "app.mjs"), app(20));
  git(folder, "init", "--quiet");
  git(folder, "add", "--all");
  git(folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message=one");
  return folder;
}

function app(rounds: number | string): string {
  return `import { Lock } from "@holdup/primitives";
const lock = new Lock("accounts");
const transfer = () => lock.run(() => {});
for (let i = 0; i < ${rounds}; i++) await Promise.all([transfer(), transfer(), transfer()]);
`;
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: folder, encoding: "utf8" });
}

async function bench(
  folder: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<{ code: number | null; out: string; errors: string }> {
  await using program = new Program([command, "bench", ...args], environment, folder);
  const { code } = await program.ended;
  return { code, out: program.lines.join("\n"), errors: program.errors };
}

/** As few rounds as there can be. */
const threeRounds = ["--base", "HEAD", "--pairs", "3", "--most-pairs", "3", "--out", "result"];

test(
  "a count that changed in every run is red without any doubt; the repository stays as it was",
  { timeout: 300_000 },
  async () => {
    const folder = scratchRepository();
    // Not committed, and one not even known to git: what is in the folder is what counts.
    writeFileSync(join(folder, "app.mjs"), `import { rounds } from "./rounds.mjs";\n${app("rounds")}`);
    writeFileSync(join(folder, "rounds.mjs"), "export const rounds = 21;\n");
    // What a bench before has left.
    write(
      join(folder, "result/recordings/head/a9-head"),
      parseRecording(readFileSync(join(recordings.base, "contention.json"), "utf8")),
    );

    const { code, out, errors } = await bench(folder, [...threeRounds, "--", process.execPath, "app.mjs"]);

    expect(errors).toBe("");
    expect(out).toContain("accounts: operations went from 60 to 63, the same in every run");
    expect(out).toContain("Noise floor: the base differs from itself by up to ±");
    expect(code).toBe(1);
    expect(readFileSync(join(folder, "result/summary.md"), "utf8")).toMatch(/^# Holdup: 🔴 regressed/);
    expect(git(folder, "worktree", "list").trim().split("\n")).toHaveLength(1);
    expect(git(folder, "status", "--porcelain").trim().split("\n")).toEqual([
      "M app.mjs",
      "?? result/",
      "?? rounds.mjs",
    ]);
    const { head } = JSON.parse(readFileSync(join(folder, "result/comparison.json"), "utf8")) as Comparison;
    expect(head).toMatchObject({ name: "app.mjs", recordings: 6 });
  },
);

const deadlocked = `import { Lock, sleep, spawn } from "@holdup/primitives";
const accounts = new Lock("accounts");
const audit = new Lock("audit");
const transfer = async (first, second) => {
  await first.run(async () => {
    await sleep(10);
    await second.run(() => {});
  });
};
void spawn(() => transfer(accounts, audit));
void spawn(() => transfer(audit, accounts));
`;

test(
  "a deadlock that the base does not have is red, in the summary and in the JSON; with none to fail on nothing is",
  { timeout: 300_000 },
  async () => {
    const folder = scratchRepository();
    writeFileSync(join(folder, "app.mjs"), deadlocked);
    const run = ["--", process.execPath, "app.mjs"];

    const { code, out } = await bench(folder, [...threeRounds, ...run]);

    expect(out).toMatch(/^new finding, deadlock, in 3 of 3 runs: .*accounts/m);
    expect(code).toBe(1);
    expect(readFileSync(join(folder, "result/summary.md"), "utf8")).toMatch(
      /^# Holdup: 🔴 regressed\n\n- \*\*new finding, deadlock/,
    );
    expect(JSON.parse(readFileSync(join(folder, "result/bench.json"), "utf8"))).toMatchObject({
      verdict: "regressed",
      newFindings: expect.arrayContaining([
        expect.objectContaining({
          runs: 3,
          of: 3,
          finding: expect.objectContaining({ kind: "deadlock" }) as object,
        }),
      ]) as object,
    });
    expect(await bench(folder, [...threeRounds, "--fail-on", "none", ...run])).toMatchObject({ code: 0 });
  },
);

test(
  "holds are compared where the folder for temporary files is a link, as on macOS",
  { timeout: 300_000 },
  async () => {
    const folder = scratchRepository();
    const link = `${folder}-link`;
    symlinkSync(tmpdir(), link);
    onTestFinished(() => rmSync(link));

    const { out } = await bench(folder, [...threeRounds, "--", process.execPath, "app.mjs"], {
      TMPDIR: link,
    });

    expect(out).toMatch(/^\w+ +hold of accounts at transfer app\.mjs:3: /m);
  },
);

test("a base that there is not is one sentence and exit code 2", async () => {
  const folder = scratchRepository();

  const { code, errors } = await bench(folder, ["--base", "nowhere", "--", process.execPath, "app.mjs"]);

  expect(code).toBe(2);
  expect(errors).toMatch(/^holdup: .*nowhere.*\n$/);
});

test("a workspace is told that both versions would run the same code", async () => {
  const { code, errors } = await bench(join(repository, "examples/checkout"), [
    "--base",
    "HEAD",
    "--",
    process.execPath,
    "src/main.ts",
  ]);

  expect(code).toBe(2);
  expect(errors).toMatch(/is a package of this repository.*--prepare/);
});

import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  applicationFrames,
  cpuTree,
  framesOf,
  nodesOf,
  parseRecording,
  type CpuProfile,
  type Recording,
} from "@holdup/recording";
import { startCollector } from "@holdup/collector";
import type { Page, ServiceInfo } from "@holdup/protocol";
import { expect, test } from "vitest";
import { get } from "./eventually.ts";
import { command, Program } from "./wired-program.ts";

/** A folder for a recording, removed when disposed. */
async function folder(): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "holdup-record-test-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function recorded(name: string): string {
  return fileURLToPath(new URL(`programs/recorded/${name}`, import.meta.url));
}

function record(out: string, args: readonly string[], ...options: readonly string[]): Program {
  return new Program([command, "record", "--out", out, ...options, "--", process.execPath, ...args]);
}

function read(out: string): Recording {
  return parseRecording(readFileSync(join(out, "contention.json"), "utf8"));
}

/** The application's functions in the flamegraph, as `name file:line`. */
function drawn(out: string): string[] {
  return applicationFrames(framesOf(readFileSync(join(out, "flamegraph.html"), "utf8"))).map(
    ({ name }) => name,
  );
}

/** Every function of a processor profile, as `name file:line`. */
function profiled(out: string, file = "cpu.cpuprofile"): string[] {
  const profile = JSON.parse(readFileSync(join(out, file), "utf8")) as CpuProfile;
  return Array.from(nodesOf(cpuTree([profile])), ({ name, file: path, line }) => `${name} ${path}:${line}`);
}

const here = "packages/e2e/src/programs/recorded";

test("a recording is kept and not sent, though a collector listens where the standard variables say", async () => {
  await using collector = await startCollector({ port: 0 });
  await using out = await folder();
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
    OTEL_METRIC_EXPORT_INTERVAL: "100",
  };
  const args = [command, "record", "--out", out.path, "--", process.execPath, recorded("crash.ts")];
  await using program = new Program(args, environment);
  await program.ended;

  expect(read(out.path).primitives).not.toEqual([]);
  expect((await get<Page<ServiceInfo>>(`${collector.url}/api/services`)).items).toEqual([]);
});

test("a program that crashes leaves a whole recording, and its exit code", async () => {
  await using out = await folder();
  await using program = record(out.path, [recorded("crash.ts")], "--flamegraph");

  expect(await program.ended).toEqual({ code: 1, signal: null });

  expect(program.errors).toContain("Error: planned");
  expect((await readdir(out.path)).toSorted()).toEqual([
    "block.pb.gz",
    "contention.json",
    "cpu.cpuprofile",
    "flamegraph.html",
    "mutex.pb.gz",
    "report.html",
    "wait-by-holder.cpuprofile",
    "wait-by-waiter.cpuprofile",
  ]);
  const recording = read(out.path);
  expect(recording).toMatchObject({ name: `${here}/crash.ts`, exitCode: 1, missing: [] });
  const [lock] = recording.primitives;
  expect(lock).toMatchObject({ name: "crash", type: "lock", operations: 4, contended: 3 });
  expect(lock?.byHolder[0]?.site).toMatchObject({ functionName: "holdFor", filePath: `${here}/busy.ts` });
  expect(lock?.holds[0]?.durations.count).toBe(4);
  expect(lock?.blockedMs).toBeGreaterThanOrEqual(30);
  expect(recording.flights[0]?.flight.waits).toHaveLength(3);
  expect(drawn(out.path).join("\n")).toContain(`compute ${here}/busy.ts.js:`);
});

test("a program that ends with exit code 3 does so, recorded", async () => {
  await using out = await folder();
  await using program = record(out.path, [recorded("exit-3.ts")]);

  expect(await program.ended).toEqual({ code: 3, signal: null });

  expect(read(out.path)).toMatchObject({ exitCode: 3, primitives: [{ name: "exit-3", contended: 3 }] });
  expect(profiled(out.path).join("\n")).toContain(`compute ${here}/busy.ts`);
});

test("a program that is asked to end is recorded, whether it listens or dies of it", async () => {
  for (const [args, code] of [
    [["--graceful"], 4],
    [[], 143],
  ] as const) {
    await using out = await folder();
    await using program = record(out.path, [recorded("stay.ts"), ...args]);
    await program.line(/^ready$/);

    program.kill("SIGTERM");

    expect(await program.ended).toEqual({ code, signal: null });
    expect(read(out.path)).toMatchObject({ exitCode: code, primitives: [{ name: "stay", contended: 3 }] });
    expect(profiled(out.path).join("\n")).toContain("compute");
  }
});

test("the locks of libraries are recorded, in a program that knows nothing of Holdup, unless a setting says none", async () => {
  for (const [environment, told, primitives] of [
    [{}, "undefined", [{ name: "async-mutex@unaware.ts:4", type: "lock", operations: 4, contended: 3 }]],
    [{ HOLDUP_INSTRUMENTATIONS: "none" }, "none", []],
  ] as const) {
    await using out = await folder();
    await using program = new Program(
      [command, "record", "--out", out.path, "--", process.execPath, recorded("unaware.ts")],
      environment,
    );

    await program.line(new RegExp(`^HOLDUP_INSTRUMENTATIONS is ${told}$`));
    expect(await program.ended).toEqual({ code: 0, signal: null });

    expect(read(out.path).primitives).toMatchObject(primitives);
  }
});

test("worker threads are recorded, also those that are terminated, by others or by the end of the program", async () => {
  await using out = await folder();
  await using program = record(out.path, [recorded("with-workers.ts")], "--flamegraph");

  expect(await program.ended).toEqual({ code: 0, signal: null });

  const recording = read(out.path);
  expect(recording.missing).toEqual([]);
  expect(recording.threads.map(({ label }) => label).toSorted()).toEqual([
    "main",
    "worker 1",
    "worker 2",
    "worker 3",
  ]);
  expect(recording.primitives).toMatchObject([{ name: "in a worker", operations: 12, contended: 9 }]);
  for (const worker of [1, 2, 3]) {
    expect(profiled(out.path, `cpu-worker-${worker}.cpuprofile`).join("\n")).toContain("compute");
  }
  expect(drawn(out.path).join("\n")).toContain("compute");
});

test("the processes of a cluster are recorded", async () => {
  await using out = await folder();
  await using program = record(out.path, [recorded("with-cluster.ts")]);

  expect(await program.ended).toEqual({ code: 0, signal: null });

  const recording = read(out.path);
  expect(recording.threads).toHaveLength(3);
  const operations = recording.primitives.map(({ name, operations: count }) => [name, count]);
  expect(Object.fromEntries(operations)).toEqual({ clustered: 8, primary: 4 });
});

test("CommonJS and plain ESM are in their flamegraphs", async () => {
  for (const name of ["common.cts", "plain.mjs"]) {
    await using out = await folder();
    await using program = record(out.path, [recorded(name)], "--flamegraph");

    expect(await program.ended).toEqual({ code: 0, signal: null });

    expect(drawn(out.path).join("\n")).toMatch(new RegExp(`computeHere ${here}/${name}(\\.js)?:\\d+`));
  }
});

test("TypeScript that was compiled is shown where it was written: on disk, and while it was loaded", async () => {
  await using compiled = await folder();
  const source = recorded("transpiled.mts");
  const tsc = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
  const options = [
    "--sourceMap",
    "--module",
    "nodenext",
    "--target",
    "es2023",
    "--skipLibCheck",
    "--ignoreConfig",
  ];
  await using compiling = new Program([tsc, ...options, "--outDir", compiled.path, source]);
  await compiling.ended;
  const runs = [[join(compiled.path, "transpiled.mjs")], ["--experimental-transform-types", source]];
  const line = readFileSync(source, "utf8")
    .split("\n")
    .findIndex((text) => text.startsWith("function computeHere"));

  for (const run of runs) {
    await using out = await folder();
    await using program = record(out.path, run);

    expect(await program.ended).toEqual({ code: 0, signal: null });

    expect(profiled(out.path)).toContain(`computeHere ${here}/transpiled.mts:${line + 1}`);
  }
});

test("secrets in arguments and in the environment are in no file", async () => {
  await using out = await folder();
  const args = [recorded("exit-3.ts"), "--password", "swordfish-in-an-argument"];
  await using program = new Program(
    [command, "record", "--out", out.path, "--flamegraph", "--", process.execPath, ...args],
    { SHOP_KEY: "swordfish-in-the-environment" },
  );
  await program.ended;

  for (const name of await readdir(out.path)) {
    expect(await readFile(join(out.path, name), "latin1")).not.toContain("swordfish");
  }
});

test("what is no Node program leaves nothing, and a sentence", async () => {
  await using out = await folder();
  await using program = new Program([command, "record", "--out", out.path, "--", "true"]);

  expect(await program.ended).toMatchObject({ code: 1 });

  expect(program.errors).toBe(
    'holdup: nothing was recorded: "true" ended with exit code 0 without a Node program that came as far as its first line\n',
  );
});

test("a program that is killed leaves a sentence", async () => {
  await using out = await folder();
  const kill = "process.kill(process.pid, 'SIGKILL')";
  await using program = record(out.path, ["-e", kill]);

  expect(await program.ended).toMatchObject({ code: 1 });

  expect(program.errors).toMatch(
    /ended with exit code 137; process \d+ \(node\) left no recording: it was killed/,
  );
});

test("a folder with something else in it is left alone", async () => {
  await using program = record(fileURLToPath(new URL(".", import.meta.url)), ["-e", "0"]);

  expect(await program.ended).toMatchObject({ code: 2 });

  expect(program.errors).toContain("which no recording wrote; give another folder with --out");
  expect(existsSync(new URL("record.test.ts", import.meta.url))).toBe(true);
});

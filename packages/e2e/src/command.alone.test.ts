import { startCollector } from "@holdup/collector";
import type { HotSpot } from "@holdup/protocol";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { get } from "./eventually.ts";
import { command, Program, programPath, repository, wired } from "./wired-program.ts";

async function taken(port: number): Promise<AsyncDisposable> {
  const server = createServer().listen(port, "127.0.0.1");
  // Whoever has the port already keeps it taken just as well.
  await new Promise((resolve) => server.once("listening", resolve).once("error", resolve));
  return {
    async [Symbol.asyncDispose]() {
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function holds(url: string): Promise<number | undefined> {
  const { items } = await get<{ items: HotSpot[] }>(`${url}/api/hotspots`);
  return items[0]?.operations;
}

test("npm start and npm test name their job, so that what is given to them is passed on (`npm start -- --port 5000`)", () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };

  for (const job of ["start", "test"]) expect(scripts[job]).toMatch(new RegExp(`/start\\.mjs ${job}$`));
});

test("port 4318 taken: the next free one is used, and a sentence says so", async () => {
  await using _blocker = await taken(4318);
  await using serve = new Program([command, "serve", "--store", "memory"]);

  await serve.line(/^Port 4318 is taken by another program; using the next free one, \d+\.$/);
  const [, url] = await serve.line(/^Holdup is listening. Dashboard: (http:\S+)$/);
  expect(await get(`${url}/healthz`)).toBeDefined();
  serve.kill("SIGTERM");
  expect(await serve.ended).toEqual({ code: 0, signal: null });
});

test("a port that was asked for and is taken is one sentence and exit code 1", async () => {
  await using collector = await startCollector({ port: 0 });
  await using serve = new Program([command, "serve", "--store", "memory", "--port", String(collector.port)]);
  expect(await serve.ended).toMatchObject({ code: 1 });
  expect(serve.errors).toMatch(/^holdup: port \d+ is taken by another program; .*\n$/);
});

test("bad use is one sentence and exit code 2", async () => {
  for (const args of [["serve", "--port", "banana"], ["frobnicate"], ["run"]]) {
    await using program = new Program([command, ...args]);
    expect(await program.ended).toMatchObject({ code: 2 });
    expect(program.errors.trim().split("\n")).toHaveLength(1);
  }
});

test("whoever reads the output may stop reading", () => {
  const line = `"${process.execPath}" "${command}" record --out "$0" -- "${process.execPath}" -e "" | head -c 0`;
  const out = mkdtempSync(join(tmpdir(), "holdup-command-test-"));
  onTestFinished(() => rmSync(out, { recursive: true, force: true }));

  const { stderr } = spawnSync("sh", ["-c", line, out], { encoding: "utf8" });

  expect(stderr).toBe("");
});

test("run passes on the app's output and exit code", async () => {
  await using program = new Program([
    command,
    "run",
    "--port",
    "0",
    "--",
    process.execPath,
    "-e",
    "console.log('hi'); process.exit(7)",
  ]);
  await program.line(/^hi$/);
  expect(await program.ended).toEqual({ code: 7, signal: null });
});

test("run observes an app that knows nothing of Holdup's set-up", async () => {
  await using program = new Program([
    command,
    "run",
    "--keep",
    "--json",
    "--port",
    "0",
    "--",
    process.execPath,
    programPath("hold-and-end"),
  ]);
  const [line] = await program.line(/^\{"event":"listening".*/);
  await program.line(/^\{"event":"app-ended","exitCode":0/);
  const { url } = JSON.parse(line) as { url: string };
  expect(await holds(url)).toBe(2);
  program.kill("SIGINT");
  expect(await program.ended).toEqual({ code: 0, signal: null });
});

test("run ends an app that does not listen, and says so", async () => {
  const deaf = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('deaf')";
  await using program = new Program([command, "run", "--port", "0", "--", process.execPath, "-e", deaf]);
  await program.line(/^deaf$/);
  program.kill("SIGTERM");

  await program.line(/^The app did not end when SIGTERM asked it to and was killed/);
  expect(await program.ended).toEqual({ code: 137, signal: null });
});

test("run says so when there is no such command", async () => {
  await using program = new Program([command, "run", "--port", "0", "--", "no-such-command"]);
  expect(await program.ended).toMatchObject({ code: 1 });
  expect(program.errors).toContain('holdup: there is no command "no-such-command"');
});

test("what was measured is sent when the program ends by itself", async () => {
  await using collector = await startCollector({ port: 0 });
  await using program = wired("hold-and-end", collector.url, { OTEL_METRIC_EXPORT_INTERVAL: "60000" });
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(await holds(collector.url)).toBe(2);
});

test("what was measured is sent at SIGTERM, and the signal stays the cause of the end", async () => {
  await using collector = await startCollector({ port: 0 });
  await using program = new Program(
    [
      "--import",
      new URL("../../register/dist/index.js", import.meta.url).href,
      programPath("hold-and-end"),
      "--stay",
    ],
    { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, OTEL_METRIC_EXPORT_INTERVAL: "60000" },
  );
  await program.line(/^done$/);
  program.kill("SIGTERM");
  expect(await program.ended).toEqual({ code: null, signal: "SIGTERM" });
  expect(await holds(collector.url)).toBe(2);
});

test("a setting that Holdup does not have is one sentence at the start", async () => {
  await using program = wired("hold-and-end", "http://127.0.0.1:1", { HOLDUP_SPAM: "all" });
  expect(await program.ended).toMatchObject({ code: 2 });
  expect(program.errors).toMatch(
    /^holdup: HOLDUP_SPAM is not a setting of Holdup; there are HOLDUP_SPANS, .*\n$/,
  );
});

test("without a collector a program ends as soon as it would", async () => {
  await using program = wired("hold-and-end", "http://127.0.0.1:1");
  await program.line(/^done$/);
  const done = performance.now();
  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(performance.now() - done).toBeLessThan(1500);
  expect(program.errors).toBe("");
});

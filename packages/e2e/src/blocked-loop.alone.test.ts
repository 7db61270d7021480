import { startCollector, type Collector } from "@holdup/collector";
import type { EventLoopHistory, KeptFinding, Page, ServiceInfo } from "@holdup/protocol";
import { expect, test } from "vitest";
import { eventually, get } from "./eventually.ts";
import { Program, programPath, register, wired } from "./wired-program.ts";

test("while a program's event loop is blocked, the collector knows it and by which line", async () => {
  await using collector = await startCollector({ port: 0 });
  await using program = wired("blocked-loop", collector.url, { OTEL_SERVICE_NAME: "reports" });
  await program.line(/^ready$/);
  program.write("go");
  await program.line(/^blocking$/);

  const found = await eventually(async () => (await blocksOf(collector))[0]);
  expect([...program.lines]).toEqual(["ready", "blocking"]);
  expect(found).toMatchObject({
    service: "reports",
    severity: "warning",
    message: expect.stringMatching(
      /^the event loop is blocked for \d\.\d s so far in render at packages\/e2e\/src\/programs\/blocked-loop\.ts:\d+$/,
    ),
    sites: [
      { functionName: "render", filePath: "packages/e2e/src/programs/blocked-loop.ts" },
      { filePath: "packages/e2e/src/programs/blocked-loop.ts", lineNumber: 27 },
    ],
    count: 1,
  });

  await program.line(/^unblocked$/);
  expect(await program.ended).toMatchObject({ code: 0 });
  expect(program.errors).toBe("");
  expect(await blocksOf(collector)).toMatchObject([
    {
      id: found.id,
      message: expect.stringMatching(/^the event loop was blocked for \d\.\d s in render at /),
      count: 1,
    },
  ]);
  const [loop] = await loopsOf(collector);
  expect(Math.max(...(loop?.points ?? []).map(({ delayMax }) => delayMax))).toBeGreaterThan(2.8);
  expect(loop?.waits[0]?.primitive).toEqual({ name: "report", type: "lock" });
  const { waitSeconds = 0, stalledWaitSeconds = 0 } = loop?.waits[0] ?? {};
  expect(stalledWaitSeconds).toBeGreaterThan(2.8);
  expect(waitSeconds).toBeGreaterThan(stalledWaitSeconds);
});

test.for([
  ["microtasks", "step"],
  ["native", "runCommand"],
])("%s that block the loop are found too", async ([way, functionName]) => {
  await using collector = await startCollector({ port: 0 });
  await using program = busy(way, collector);
  await run(program);

  expect(await blocksOf(collector)).toMatchObject([
    { sites: expect.arrayContaining([expect.objectContaining({ functionName })]) },
  ]);
});

test("what comes with the first turn of the loop may block it, too", async () => {
  await using collector = await startCollector({ port: 0 });
  await using program = busy("block", collector);
  // It is there before anybody reads.
  program.write("go");
  await program.line(/^done$/);
  await program.ended;

  expect(await blocksOf(collector)).toMatchObject([{ sites: [{ functionName: "compute" }, {}, {}] }]);
});

test("many short turns block nothing", async () => {
  await using collector = await startCollector({ port: 0 });
  // Two and a half seconds of turns. On a busy machine one may take half a second, but not two.
  await using program = busy("turns", collector, { HOLDUP_BLOCKED_LOOP_MS: "2000" });
  await run(program);

  expect(await blocksOf(collector)).toEqual([]);
  expect(await loopsOf(collector)).not.toEqual([]);
});

test("where the permission model denies the inspector, the program goes on, and the block is told without a line", async () => {
  await using collector = await startCollector({ port: 0 });
  await using program = busy("block", collector, {}, [
    "--permission",
    "--allow-fs-read=*",
    "--allow-worker",
    "--allow-addons",
  ]);
  await run(program);

  expect(await blocksOf(collector)).toMatchObject([
    { sites: [], message: expect.stringMatching(/^the event loop was blocked for \d\.\d s$/) },
  ]);
});

test("where threads are denied, the loop is measured, and nothing else happens", async () => {
  await using collector = await startCollector({ port: 0 });
  await using program = busy("block", collector, {}, ["--permission", "--allow-fs-read=*", "--allow-addons"]);
  await run(program);

  expect(await blocksOf(collector)).toEqual([]);
  expect(await loopsOf(collector)).toMatchObject([{ service: "busy" }]);
});

test("a program wired by NODE_OPTIONS is one process, its watching thread none", async () => {
  await using collector = await startCollector({ port: 0 });
  await using program = new Program([programPath("busy-loop"), "block"], {
    ...environment(collector),
    NODE_OPTIONS: `--import ${register}`,
  });
  await run(program);

  expect(await blocksOf(collector)).toMatchObject([
    { sites: [{ functionName: "compute" }, {}, {}], count: 1 },
  ]);
  const { items } = await get<Page<ServiceInfo>>(`${collector.url}/api/services`);
  expect(await loopsOf(collector)).toHaveLength(1);
  expect(items.filter(({ instances }) => instances > 1)).toEqual([]);
});

test("a program that exits while it is asked what it runs ends as ever", async () => {
  await using collector = await startCollector({ port: 0 });
  await using program = busy("exit", collector);
  await program.line(/^ready$/);
  program.write("go");

  expect(await program.ended).toEqual({ code: 0, signal: null });
  expect(program.errors).toBe("");
});

test("a program that somebody debugs may stand still", async () => {
  await using collector = await startCollector({ port: 0 });
  await using program = busy("block", collector, {}, ["--inspect=0"]);
  // From the first turn on.
  program.write("go");
  await program.line(/^done$/);
  await program.ended;

  expect(await blocksOf(collector)).toEqual([]);
});

test.for([
  ["none", 0],
  ["metrics", 1],
] as const)("HOLDUP_EVENT_LOOP=%s", async ([what, measured]) => {
  await using collector = await startCollector({ port: 0 });
  await using program = busy("block", collector, { HOLDUP_EVENT_LOOP: what });
  await run(program);

  expect(await blocksOf(collector)).toEqual([]);
  expect(await loopsOf(collector)).toHaveLength(measured);
});

function busy(
  way: string | undefined,
  collector: Collector,
  more: NodeJS.ProcessEnv = {},
  flags: readonly string[] = [],
): Program {
  const args = [...flags, "--import", register, programPath("busy-loop"), way ?? ""];
  return new Program(args, { ...environment(collector), ...more });
}

function environment({ url }: Collector): NodeJS.ProcessEnv {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: url,
    OTEL_METRIC_EXPORT_INTERVAL: "500",
    OTEL_SERVICE_NAME: "busy",
  };
}

async function run(program: Program): Promise<void> {
  await program.line(/^ready$/);
  program.write("go");
  await program.line(/^done$/);
  expect(await program.ended).toEqual({ code: 0, signal: null });
}

async function blocksOf({ url }: Collector): Promise<readonly KeptFinding[]> {
  const { items } = await get<Page<KeptFinding>>(`${url}/api/findings`);
  return items.filter(({ kind }) => kind === "blocked-event-loop");
}

async function loopsOf({ url }: Collector): Promise<readonly EventLoopHistory[]> {
  return (await get<Page<EventLoopHistory>>(`${url}/api/event-loop`)).items;
}

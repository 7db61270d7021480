import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { PerfettoTrace } from "@holdup/observer";
import { createObserver } from "@holdup/observer";
import { Lock, ManualClock, observe, useClock } from "@holdup/primitives";
import { FlightFiles } from "./flight-files.ts";
import { start } from "./start.ts";
import { Receiver } from "./testing/otlp-receiver.ts";

// Programs take their time to start on a busy machine.
const timeout = 30_000;

/** A folder for recordings, gone when disposed. */
class Folder implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "holdup-recordings-"));

  get names(): string[] {
    return readdirSync(this.path).toSorted();
  }

  get traces(): PerfettoTrace[] {
    return this.names.map((name) => JSON.parse(readFileSync(join(this.path, name), "utf8")) as PerfettoTrace);
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** A program in a process of its own, wired by `--import`. */
function program(code: string, environment: Record<string, string>) {
  const child = spawn(
    process.execPath,
    [
      "--conditions=@holdup/source",
      "--disable-warning=ExperimentalWarning",
      "--import",
      "./src/index.ts",
      "--input-type=module",
      "--eval",
      `import { Lock, Shared, sleep, spawn } from "@holdup/primitives";\n${code}`,
    ],
    {
      cwd: fileURLToPath(new URL("..", import.meta.url)),
      env: {
        PATH: process.env["PATH"],
        OTEL_SERVICE_NAME: "shop/checkout",
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
        ...environment,
      },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let errors = "";
  const told = new Map<string, () => void>();
  const listen = (data: Buffer) => {
    errors += data.toString();
    for (const [text, resolve] of told) if (errors.includes(text)) resolve();
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const ended = once(child, "close").then(([code_, signal]) => ({ code: code_, signal, errors }));
  return {
    child,
    ended,
    /** Resolves when it has written this; rejects if it ends without. */
    said: (text: string) =>
      Promise.race([
        new Promise<void>((resolve) => {
          told.set(text, resolve);
          if (errors.includes(text)) resolve();
        }),
        ended.then((end) => {
          if (!errors.includes(text)) throw new Error(`ended without "${text}": ${JSON.stringify(end)}`);
        }),
      ]),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

const contend = `
  const lock = new Lock("accounts");
  async function transfer() { using held = await lock.acquire(); await sleep(5); }
  await Promise.all([spawn(transfer), spawn(transfer), spawn(transfer)]);`;

test(
  "SIGUSR2 writes the last seconds of a running program, as a trace that carries its recording",
  { timeout },
  async () => {
    using folder = new Folder();
    await using running = program(`${contend} console.log("ready"); setInterval(() => {}, 1000);`, {
      HOLDUP_RECORD_DIR: join(folder.path, "made"),
    });
    await running.said("ready");
    running.child.kill("SIGUSR2");
    await running.said("holdup: recorded the last seconds in");
    running.child.kill("SIGUSR2");
    await running.said("-2.trace.json");
    running.child.kill("SIGTERM");

    expect(await running.ended).toMatchObject({ signal: "SIGTERM" });
    const { pid } = running.child;
    const made = join(folder.path, "made");
    expect(readdirSync(made).toSorted()).toEqual([
      `holdup-shop_checkout-${pid}-1.trace.json`,
      `holdup-shop_checkout-${pid}-2.trace.json`,
    ]);
    const text = readFileSync(join(made, `holdup-shop_checkout-${pid}-1.trace.json`), "utf8");
    const { traceEvents, otherData, holdup } = JSON.parse(text) as PerfettoTrace;
    expect(otherData).toMatchObject({ service: "shop/checkout", pid, reason: "SIGUSR2" });
    expect(holdup).toMatchObject({ version: 1, primitives: [{ type: "lock", name: "accounts" }] });
    expect(holdup.waits).toHaveLength(2);
    expect(holdup.holds).toHaveLength(3);
    expect(traceEvents.filter(({ ph }) => ph === "f")).toHaveLength(2);
  },
);

test("without a folder a program is not made to listen to SIGUSR2", { timeout }, async () => {
  await using running = program(`console.log("ready"); setInterval(() => {}, 1000);`, {});
  await running.said("ready");
  running.child.kill("SIGUSR2");
  expect(await running.ended).toMatchObject({ signal: "SIGUSR2" });
});

test("a finding that is an error writes one, also right before the program's end", { timeout }, async () => {
  using folder = new Folder();
  await using running = program(
    `
    const stock = new Shared(10, "stock");
    async function sell() { const left = stock.get(); await sleep(5); stock.set(left - 1); }
    await Promise.all([spawn(sell), spawn(sell)]);`,
    { HOLDUP_RECORD_DIR: folder.path },
  );

  expect(await running.ended).toMatchObject({ code: 0 });
  const [trace] = folder.traces;
  expect(trace?.otherData["reason"]).toMatch(/^lost-update: /);
  expect(trace?.holdup.findings).toMatchObject([{ kind: "lost-update", severity: "error" }]);
  expect(trace?.traceEvents.filter(({ ph }) => ph === "i")).toMatchObject([{ name: "lost-update" }]);
  expect(folder.names).toHaveLength(1);
});

test("a deadlock writes one, with the waits that will never end", { timeout }, async () => {
  using folder = new Folder();
  await using running = program(
    `
    const orders = new Lock("orders"), stock = new Lock("stock");
    async function both(first, second) { using a = await first.acquire(); await sleep(5); using b = await second.acquire(); }
    spawn(() => both(orders, stock), { name: "place" });
    spawn(() => both(stock, orders), { name: "refill" });
    setInterval(() => {}, 1000);`,
    { HOLDUP_RECORD_DIR: folder.path },
  );
  await running.said("holdup: recorded the last seconds in");

  const [trace] = folder.traces;
  expect(trace?.otherData["reason"]).toMatch(/^deadlock: /);
  expect(trace?.holdup.waits).toMatchObject([{ outcome: "pending" }, { outcome: "pending" }]);
  expect(trace?.holdup.holds).toMatchObject([{ open: true }, { open: true }]);
  expect(trace?.holdup.tasks.map(({ name }) => name).toSorted()).toEqual(["place", "refill"]);
});

test("waits whose p99 is above the limit write one, shorter ones none", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  using folder = new Folder();
  await using receiver = new Receiver();
  await using holdup = start({
    serviceName: "slow",
    endpoint: await receiver.listen(),
    recordDir: folder.path,
    recordP99Ms: 20,
  });
  const lock = new Lock("accounts");
  const hold = (ms: number) => lock.run(() => clock.advance(ms));
  await Promise.all([hold(1), hold(1)]);
  await holdup.flush();
  expect(folder.names).toEqual([]);

  await Promise.all([hold(40), hold(1)]);
  await holdup.flush();
  expect(folder.names).toEqual([`holdup-slow-${process.pid}-1.trace.json`]);
  expect(folder.traces[0]?.otherData["reason"]).toMatch(
    /^the p99 of waits for lock "accounts" is \d+\.\d ms$/,
  );
});

test("of its own accord it writes one a minute, and ten at most; asked, it writes every time", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  using folder = new Folder();
  const observer = createObserver();
  using _observing = observe(observer);
  const files = new FlightFiles(observer, "busy", { dir: folder.path, p99Ms: 10 });
  const lock = new Lock("accounts");
  const breach = async () => {
    const first = await lock.acquire();
    const second = lock.acquire();
    clock.advance(100);
    first.release();
    (await second).release();
    files.measured(observer.collect());
    await files.settled();
    return folder.names.length;
  };

  expect([await breach(), await breach()]).toEqual([1, 1]);
  clock.advance(60_000);
  expect(await breach()).toBe(2);
  for (let i = 0; i < 20; i++) {
    clock.advance(60_000);
    await breach();
  }
  expect(folder.names).toHaveLength(10);
  process.emit("SIGUSR2", "SIGUSR2");
  await files.settled();
  expect(folder.names).toHaveLength(11);
  await files.stop();
  expect(process.listenerCount("SIGUSR2")).toBe(0);
});

test("files that an earlier process of this number left stay", async () => {
  using folder = new Folder();
  const taken = `holdup-again-${process.pid}-1.trace.json`;
  writeFileSync(join(folder.path, taken), "{}");
  const files = new FlightFiles(createObserver(), "again", { dir: folder.path, p99Ms: undefined });
  process.emit("SIGUSR2", "SIGUSR2");
  await files.stop();

  expect(folder.names).toEqual([taken, `holdup-again-${process.pid}-2.trace.json`]);
  expect(readFileSync(join(folder.path, taken), "utf8")).toBe("{}");
});

test("a folder that can't be written to is one warning, and the program goes on", async () => {
  using folder = new Folder();
  const file = join(folder.path, "no-folder");
  writeFileSync(file, "");
  const warnings: Error[] = [];
  const listener = (warning: Error) => void warnings.push(warning);
  process.on("warning", listener);
  const files = new FlightFiles(createObserver(), "x", { dir: join(file, "below"), p99Ms: undefined });
  process.emit("SIGUSR2", "SIGUSR2");
  process.emit("SIGUSR2", "SIGUSR2");
  await files.stop();
  await new Promise((resolve) => void setImmediate(resolve));
  process.off("warning", listener);

  expect(warnings).toMatchObject([{ name: "HoldupWarning", code: "HOLDUP_RECORDING_FAILED" }]);
  expect(warnings[0]?.message).toContain("could not be written to");
});

/** A collector under attack: what it takes of memory has a bound, and who behaves notices nothing. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { CollectorProcess } from "./testing/collector-process.ts";
import { ObservedProgram } from "./testing/observed-program.ts";
import { send, type Answer } from "./testing/world.ts";

const mebibyte = 1024 * 1024;
const maxPendingBytes = 32 * mebibyte;
/** What Node itself and a full store take, besides what is pending. */
const maxResidentMiB = 480;
const seconds = 1_000;

const json = { "Content-Type": "application/json" };
const gzip = { ...json, "Content-Encoding": "gzip" };

function post(
  url: string,
  signal: string,
  body: Uint8Array,
  headers: Record<string, string>,
): Promise<Answer> {
  return send(`${url}/v1/${signal}`, { method: "POST", headers, body });
}

/** Ten gigabytes of spaces in ten megabytes: a thousand members of ten megabytes each. */
function bomb(): Buffer {
  const member = gzipSync(Buffer.alloc(10 * mebibyte, " "));
  return Buffer.concat(Array.from({ length: 1_024 }, () => member));
}

/** Watches memory and, as a client of good manners, the answers, while something goes on. */
async function watch(
  collector: CollectorProcess,
  work: Promise<unknown>,
): Promise<{ residentMiB: number; slowest: number }> {
  const state = { over: false };
  void work.finally(() => (state.over = true)).catch(() => {});
  let residentMiB = 0;
  let slowest = 0;
  for (let i = 0; !state.over || i === 0; i++) {
    const start = performance.now();
    const program = new ObservedProgram("healthy", Date.now() + i).wait([0.001]);
    const answer = await post(collector.url, "metrics", program.metrics(), json);
    // Among too many series, its own may find no more room: then it is warned.
    expect([answer.status, String(answer.body)]).toEqual([
      200,
      expect.stringMatching(/^\{\}$|"rejectedDataPoints":"0"/),
    ]);
    slowest = Math.max(slowest, performance.now() - start);
    residentMiB = Math.max(residentMiB, collector.residentMiB);
  }
  await work;
  return { residentMiB, slowest };
}

test(
  "Security: gzip bombs of ten gigabytes are refused, in bounded memory, and delay nobody",
  { timeout: 20 * seconds },
  async () => {
    await using collector = await CollectorProcess.start({ maxPendingBytes });
    const body = bomb();
    expect(body.length).toBeLessThan(16 * mebibyte);

    const bombs = Promise.all([1, 2, 3, 4].map(() => post(collector.url, "traces", body, gzip)));
    const { residentMiB, slowest } = await watch(collector, bombs);

    for (const { status } of await bombs) expect([413, 503]).toContain(status);
    expect(residentMiB).toBeLessThan(maxResidentMiB);
    expect(slowest).toBeLessThan(3 * seconds);
  },
);

test(
  "Security: five hundred slow clients keep nobody out, and none is served for ever",
  { timeout: 20 * seconds },
  async () => {
    await using collector = await CollectorProcess.start({
      maxPendingBytes,
      headersTimeoutMs: 3 * seconds,
      requestTimeoutMs: 3 * seconds,
    });
    const head = "POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    // A fifth of them never end their headers; together the bodies of the others are more than there is room for.
    const starts = [
      head,
      ...Array.from({ length: 4 }, () => `${head}Content-Length: 200000\r\n\r\n${" ".repeat(150_000)}`),
    ];
    const clients: Socket[] = [];
    const answers: string[] = [];
    const gone = Promise.all(
      Array.from({ length: 500 }, async (_, i) => {
        const socket = connect(collector.port, "127.0.0.1");
        clients.push(socket);
        socket.on("error", () => {});
        socket.on("data", (data: Buffer) => answers.push(data.toString().slice(9, 12)));
        socket.write(starts[i % starts.length] ?? "");
        await once(socket, "close");
      }),
    );

    const { residentMiB, slowest } = await watch(collector, gone);

    expect(answers.filter((status) => status === "408").length).toBeGreaterThan(100);
    expect(new Set(answers)).toEqual(new Set(["408", "503"]));
    expect(residentMiB).toBeLessThan(maxResidentMiB);
    expect(slowest).toBeLessThan(3 * seconds);
    expect((await send(`${collector.url}/api/status`, {})).json.dropped).toMatchObject({
      "requests refused for want of room": answers.filter((status) => status === "503").length,
    });
  },
);

/** A span with a value that is nested so deep. */
function deepSpan(depth: number): Buffer {
  let value = '{"stringValue":"x"}';
  for (let i = 1; i < depth; i++) value = `{"arrayValue":{"values":[${value}]}}`;
  const span = `{"attributes":[{"key":"a","value":${value}}]}`;
  return Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`);
}

test(
  "Security: values that are nested too deep, by the megabyte, are refused and keep nobody out",
  { timeout: 20 * seconds },
  async () => {
    await using collector = await CollectorProcess.start({ maxPendingBytes });
    const endless = Buffer.alloc(15 * mebibyte, "[");
    const flood = async (): Promise<void> => {
      for (let round = 0; round < 10; round++) {
        const answers = await Promise.all(
          [deepSpan(64), deepSpan(64), deepSpan(100_000), endless].map((body) =>
            post(collector.url, "traces", body, json),
          ),
        );
        for (const { status } of answers) expect([400, 503]).toContain(status);
      }
    };

    const { residentMiB } = await watch(collector, flood());

    expect(residentMiB).toBeLessThan(maxResidentMiB);
    expect((await post(collector.url, "traces", deepSpan(64), json)).json).toMatchObject({ code: 3 });
  },
);

test(
  "Security: a hundred thousand series are folded together, and counted",
  { timeout: 60 * seconds },
  async () => {
    await using collector = await CollectorProcess.start({ maxPendingBytes });
    const flood = async (): Promise<void> => {
      for (let request = 0; request < 20; request++) {
        const program = new ObservedProgram("flood", Date.now());
        for (let i = 0; i < 5_000; i++) program.operations(1, { name: `lock-${request}-${i}` });
        expect(
          (await post(collector.url, "metrics", gzipSync(program.metrics(), { level: 1 }), gzip)).status,
        ).toBe(200);
      }
    };

    const { residentMiB } = await watch(collector, flood());

    expect(residentMiB).toBeLessThan(maxResidentMiB);
    const { dropped } = (await send(`${collector.url}/api/status`, {})).json;
    expect(dropped.series).toBeGreaterThan(80_000);
    expect((await send(`${collector.url}/api/hotspots?service=healthy`, {})).status).toBe(200);
  },
);

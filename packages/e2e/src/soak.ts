/**
 * `pnpm soak [minutes]`: the checkout service at saturation, watched, sending to a real collector. Tells the heap in
 * use after a collection at its beginning and its end, how it grows with its 95 % interval, and what was found
 * wrong: nothing is. Never part of the tests.
 */
import { setTimeout as pause } from "node:timers/promises";
import { Load } from "./bench/checkout-load.ts";
import { command, Program, programPath, register } from "./wired-program.ts";

interface Reading {
  readonly minute: number;
  readonly heapMb: number;
}

const minutes = Number(process.argv[2] ?? 30);
const everyMs = 15_000;

await using collector = new Program([command, "serve", "--port", "0", "--json", "--store", "memory"]);
const [, endpoint = ""] = await collector.line(/"url":"([^"]+)"/);
await using service = new Program(["--expose-gc", "--import", register, programPath("soaked-checkout")], {
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_METRIC_EXPORT_INTERVAL: "1000",
});
using load = new Load((await service.line(/^listens on (.*)/))[1] ?? "");
let asked = 0;
let found: string[] = [];
const readings: Reading[] = [];
// The first minute fills caches and rings.
await load.burst(5000);
const end = performance.now() + minutes * 60_000;
let requests = 0;
const startedAt = performance.now();
while (performance.now() < end) {
  const until = performance.now() + everyMs;
  while (performance.now() < until) requests += (await load.burst(500)).length;
  readings.push(await read());
}
const growth = fit(readings);
const [first, last] = [readings[0], readings.at(-1)];
console.log(
  `${requests} requests in ${minutes} minutes; heap ${first?.heapMb.toFixed(1)} MB after the first ${everyMs / 1000} s, ` +
    `${last?.heapMb.toFixed(1)} MB at the end, ${(growth.slope * 1000).toFixed(1)} kB/min ± ${(1.96 * growth.error * 1000).toFixed(1)} (95 %)`,
);
console.log(found.length === 0 ? "nothing was found wrong" : `found wrong:\n${found.join("\n")}`);
process.exitCode = found.length === 0 && growth.slope - 1.96 * growth.error < 0.1 ? 0 : 1;

async function read(): Promise<Reading> {
  // What is on its way to the collector is no growth.
  await pause(200);
  const question = `reading ${++asked}`;
  service.write(question);
  const [, answer = ""] = await service.line(new RegExp(String.raw`^${question}: (.*)$`));
  const { heapUsed, findings } = JSON.parse(answer) as { heapUsed: number; findings: string[] };
  found = findings;
  const reading = { minute: (performance.now() - startedAt) / 60_000, heapMb: heapUsed / 1e6 };
  console.log(`${reading.minute.toFixed(1)} min: ${reading.heapMb.toFixed(2)} MB, ${found.length} findings`);
  return reading;
}

/** Least squares: MB a minute, and the standard error of that. */
function fit(points: readonly Reading[]): { slope: number; error: number } {
  const n = points.length;
  const meanX = points.reduce((sum, { minute }) => sum + minute, 0) / n;
  const meanY = points.reduce((sum, { heapMb }) => sum + heapMb, 0) / n;
  const spread = points.reduce((sum, { minute }) => sum + (minute - meanX) ** 2, 0);
  const slope =
    points.reduce((sum, { minute, heapMb }) => sum + (minute - meanX) * (heapMb - meanY), 0) / spread;
  const residual = points.reduce(
    (sum, { minute, heapMb }) => sum + (heapMb - meanY - slope * (minute - meanX)) ** 2,
    0,
  );
  return { slope, error: Math.sqrt(residual / Math.max(1, n - 2) / spread) };
}

import { startCollector } from "@holdup/collector";
import type { HotSpot } from "@holdup/protocol";
import { expect, test } from "vitest";
import { eventually, get } from "./eventually.ts";
import { wired, type Program } from "./wired-program.ts";

interface Report {
  turns: number;
  heapMb: number;
}

/** The next reports of the program, half a second apart. */
async function reports(program: Program, count: number): Promise<Report[]> {
  const from = program.lines.length;
  await eventually(async () => (program.lines.length >= from + count ? true : undefined), 30_000);
  return program.lines.slice(from, from + count).map((line) => JSON.parse(line) as Report);
}

const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function operations(url: string): Promise<number> {
  const { items } = await get<{ items: HotSpot[] }>(`${url}/api/hotspots`);
  return items[0]?.operations ?? 0;
}

test("a collector that stops and comes back does the observed program no harm, and its data flows again", async () => {
  const first = await startCollector({ port: 0 });
  await using program = wired("steady", first.url, { NODE_OPTIONS: "--expose-gc" });
  await eventually(async () => ((await operations(first.url)) > 0 ? true : undefined), 20_000);
  const before = await reports(program, 6);

  await first.close();
  const during = await reports(program, 16);
  await using second = await startCollector({ port: first.port });
  const after = await eventually(async () => (await operations(second.url)) || undefined, 20_000);

  expect(after).toBeGreaterThan(0);
  const throughput = (list: Report[]) => median(list.map(({ turns }) => turns));
  expect(throughput(during)).toBeGreaterThan(0.7 * throughput(before));
  expect(
    median(during.slice(-4).map(({ heapMb }) => heapMb)) - median(before.map(({ heapMb }) => heapMb)),
  ).toBeLessThan(8);
  expect(program.errors).toBe("");
});

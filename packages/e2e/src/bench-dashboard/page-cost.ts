/** What a page costs the browser that shows it, while it shows it. */

import { setTimeout as pause } from "node:timers/promises";
import type { CDPSession, Page } from "playwright-core";

export interface PageCost {
  readonly seconds: number;
  /** Times between frames, in milliseconds. */
  readonly frame: { readonly p50: number; readonly p95: number; readonly p99: number; readonly max: number };
  /** The part of the time in which the main thread did something, or would have if another program had not run. */
  readonly busy: number;
  /** The processor's time that the main thread used, as a part of the time. */
  readonly used: number;
  /** JavaScript heap after a collection, in bytes. */
  readonly heap: Ends;
  /** DOM nodes after a collection. */
  readonly nodes: Ends;
}

interface Ends {
  readonly first: number;
  readonly last: number;
}

const binsPerMs = 10;
const longestMs = 5_000;

/** Watches a page that is in front for so many seconds. */
export async function pageCost(page: Page, seconds: number): Promise<PageCost> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const threads = await page.context().newCDPSession(page);
  await threads.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.evaluate(countFrames, { binsPerMs, longestMs });
  const first = await collected(session);
  await takeFrames(page);
  const before = await metrics(session);
  const threadBefore = await metrics(threads);
  await pause(seconds * 1000);
  const after = await metrics(session);
  const threadAfter = await metrics(threads);
  const frames = await takeFrames(page);
  const last = await collected(session);
  await session.detach();
  await threads.detach();
  const elapsed = difference(before, after, "Timestamp");
  return {
    seconds,
    frame: distribution(frames),
    busy: difference(before, after, "TaskDuration") / elapsed,
    used: difference(threadBefore, threadAfter, "TaskDuration") / elapsed,
    heap: { first: first.heap, last: last.heap },
    nodes: { first: first.nodes, last: last.nodes },
  };
}

declare global {
  interface Window {
    /** How often a frame came so long after the one before, in bins. */
    __frames: Uint32Array;
  }
}

// In the page. A room of a fixed size: counting must not make the heap grow.
function countFrames(options: { readonly binsPerMs: number; readonly longestMs: number }): void {
  const counts = new Uint32Array(options.binsPerMs * options.longestMs + 1);
  window.__frames = counts;
  let before = performance.now();
  const count = (now: number): void => {
    const bin = Math.min(counts.length - 1, Math.max(0, Math.round((now - before) * options.binsPerMs)));
    counts[bin] = (counts[bin] ?? 0) + 1;
    before = now;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
}

async function takeFrames(page: Page): Promise<[bin: number, count: number][]> {
  return page.evaluate(() => {
    const taken = [...window.__frames.entries()].filter(([, count]) => count > 0);
    window.__frames.fill(0);
    return taken;
  });
}

function distribution(frames: readonly (readonly [bin: number, count: number])[]): PageCost["frame"] {
  const total = frames.reduce((sum, [, count]) => sum + count, 0);
  const at = (part: number): number => {
    let left = total * part;
    const found = frames.find(([, count]) => (left -= count) <= 0);
    return ((found ?? frames.at(-1))?.[0] ?? Number.NaN) / binsPerMs;
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}

/** What is left after a collection; more than one, since what is weakly held goes with a later one. */
async function collected(session: CDPSession): Promise<{ readonly heap: number; readonly nodes: number }> {
  for (let i = 0; i < 3; i++) await session.send("HeapProfiler.collectGarbage");
  const read = await metrics(session);
  return { heap: read.get("JSHeapUsedSize") ?? Number.NaN, nodes: read.get("Nodes") ?? Number.NaN };
}

async function metrics(session: CDPSession): Promise<ReadonlyMap<string, number>> {
  const { metrics: read } = await session.send("Performance.getMetrics");
  return new Map(read.map(({ name, value }) => [name, value]));
}

function difference(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  name: string,
): number {
  return (after.get(name) ?? Number.NaN) - (before.get(name) ?? Number.NaN);
}

import { MemoryStore, startCollector, type Batch, type Store } from "@holdup/collector";
import { expect, test } from "vitest";
import { audit, type Verdict } from "./audit.ts";
import { Sender } from "./sender.ts";

/** Every so many batches it does what it must not. */
const every = 7;

/** Acknowledges what it does not keep. */
class ForgetfulStore extends MemoryStore {
  batches = 0;

  override async add(batch: Batch): Promise<boolean> {
    return this.batches++ % every === 0 || super.add(batch);
  }
}

/** Keeps what it refuses, and does not know it again. */
class StammeringStore extends MemoryStore {
  batches = 0;

  override async add(batch: Batch): Promise<boolean> {
    await super.add({ ...batch, token: `${this.batches++}` });
    if (this.batches % every === 0) throw new Error("not kept");
    return true;
  }
}

// Few enough requests a client for a store in memory to keep all their spans.
async function sent(store: Store, requests = 60): Promise<Verdict> {
  await using collector = await startCollector({ port: 0, store, onError: () => {} });
  const senders = [new Sender(0), new Sender(1)];
  await Promise.all(senders.map((sender) => sender.run(collector.url, () => sender.requests >= requests)));
  // Before the collector ends.
  return await audit(collector.url, senders);
}

test("a collector that keeps its promises is told so", async () => {
  expect(await sent(new MemoryStore())).toEqual({ lost: 0, twice: 0 });
});

test("what was acknowledged and is not there is lost, of batches of any size", async () => {
  const { lost, twice } = await sent(new ForgetfulStore());
  expect(lost).toBeGreaterThan(100);
  expect(twice).toBe(0);
});

test("what was kept and is kept again when it is sent again counts twice", async () => {
  const { lost, twice } = await sent(new StammeringStore());
  expect(twice).toBeGreaterThan(100);
  expect(lost).toBe(0);
});

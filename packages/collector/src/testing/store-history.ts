/** Any history of a store: what it was sent and when, and everything that it can be asked about it. */

import type { Grouping, KeptFinding, KeptWait, Site } from "@holdup/protocol";
import { notSampled } from "@holdup/protocol";
import fc from "fast-check";
import type { Measure, Rollup, Series } from "../rollup.ts";
import type { Batch, Store } from "../store.ts";
import { siteAt } from "./observed-program.ts";
import { finding, histogram, keptWait, rollup } from "./rollups.ts";

/** A batch, and for how long nothing came before it, in milliseconds. */
interface Arrival {
  readonly after: number;
  readonly sent: (now: number) => Batch;
}

const services = ["bank", "shop"];
const names = ["accounts", "ledger", "stock"];
const unsampled: Site = { functionName: notSampled, filePath: notSampled, lineNumber: 0 };

// Sums of these are exact in any order, and so is every ranking by them.
const seconds = fc.nat(4_096).map((n) => n / 1_024);
const count = fc.nat(5);
const site = fc.constantFrom(null, unsampled, siteAt(1), siteAt(2), siteAt(3));
const values = fc.array(seconds, { minLength: 1, maxLength: 4 }).map(histogram);

const measure: fc.Arbitrary<Measure> = fc.oneof(
  fc.record({ kind: fc.constant("wait" as const), histogram: values, contended: count }),
  fc.record({ kind: fc.constant("hold" as const), histogram: values }),
  fc.record({ kind: fc.constant("handoff" as const), histogram: values }),
  fc.record({ kind: fc.constant("operations" as const), operations: count, contended: count }),
  fc.record({ kind: fc.constant("blame" as const), seconds }),
  fc.record({ kind: fc.constant("activity" as const), name: fc.constantFrom("running", "reading"), seconds }),
  fc.record({ kind: fc.constant("explained" as const), holds: count }),
  fc.record({ kind: fc.constant("waiters" as const), waiters: count }),
);

const series: fc.Arbitrary<Partial<Series>> = fc.record({
  service: fc.constantFrom(...services),
  type: fc.constantFrom("lock", "queue"),
  name: fc.constantFrom(...names),
  operation: fc.constantFrom("", "acquire"),
  outcome: fc.constantFrom("", "granted", "timeout"),
  waiterSite: site,
  holderSite: site,
});

const told = fc.record({ measure, series, ageMs: fc.nat(1_200_000) });
const waited = fc.record({ service: fc.constantFrom(...services), name: fc.constantFrom(...names) });
const found = fc.record({ service: fc.constantFrom(...services), id: fc.constantFrom("a", "b"), count });

/** Batches over an hour or less; some are sent again, and much comes late. */
export const storeHistory: fc.Arbitrary<Arrival[]> = fc.array(
  fc
    .record({
      after: fc.integer({ min: 1_000, max: 240_000 }),
      token: fc.nat(20),
      rollups: fc.array(told, { maxLength: 12 }),
      waits: fc.array(waited, { maxLength: 3 }),
      findings: fc.array(found, { maxLength: 3 }),
    })
    .map(({ after, token, rollups, waits, findings }): Arrival => {
      const sent = (now: number): Batch => ({
        token: `token ${token}`,
        rollups: rollups.map((one): Rollup => rollup(one.measure, one.series, now - one.ageMs)),
        waits: waits.map((one, i) => waitAt(now, i, one)),
        findings: findings.map((one, i) => findingAt(now, i, one)),
        readings: new Map(),
      });
      return { after, sent };
    }),
  { maxLength: 15 },
);

/** What a store says to every question about the last quarter of an hour and the time before. */
export async function answersOf(store: Store, now: number): Promise<unknown> {
  const spans = [
    { from: now - 900_000, to: now },
    { from: now - 1_234_567, to: now - 345_678 },
    { from: now - 65_000, to: now },
  ];
  const summaries = await store.services();
  const answers: unknown[] = [summaries.map(({ name, primitives }) => [name, primitives])];
  for (const span of spans) {
    for (const service of [undefined, ...services]) {
      for (const by of ["primitive", "waiter", "holder"] satisfies Grouping[]) {
        answers.push(await store.hotSpots({ ...span, service, by, limit: 7 }));
        answers.push(await store.hotSpots({ ...span, service, by, limit: 100 }));
      }
      answers.push((await store.waits({ ...span, service, limit: 100 })).items);
      answers.push((await store.findings({ ...span, service, limit: 100 })).items);
    }
    for (const name of names) answers.push(await store.primitive({ ...span, service: "shop", name }));
  }
  return answers;
}

// Within a batch, too, what comes later is newer.
function waitAt(now: number, i: number, { service, name }: { service: string; name: string }): KeptWait {
  return keptWait(`${i}`.padStart(16, "0"), {
    service,
    primitive: { name, type: "lock" },
    end: now - 100 + i,
  });
}

function findingAt(
  now: number,
  i: number,
  { service, id, count: times }: { service: string; id: string; count: number },
): KeptFinding {
  return finding(id, { service, count: 1 + times, firstSeen: now - 1_000, lastSeen: now - 100 + i });
}

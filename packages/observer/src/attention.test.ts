import fc from "fast-check";
import { expect, test } from "vitest";
import { Attention, AttentionDivision } from "./attention.ts";

function primitives(count: number, least = 0) {
  return Array.from({ length: count }, () => ({ blockedMs: 0, attention: new Attention(least) }));
}

test("each primitive gets the part of attention that it has of all recent waiting", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 20 }), (waited) => {
      const all = primitives(waited.length);
      for (const [i, ms] of waited.entries()) (all[i] as { blockedMs: number }).blockedMs = ms;
      new AttentionDivision().divide(all, 0);

      const sum = waited.reduce((before, ms) => before + ms, 0);
      for (const [i, { attention }] of all.entries()) {
        expect(attention.share).toBeCloseTo(sum === 0 ? 0 : (waited[i] as number) / sum, 9);
      }
    }),
  );
});

test("what was waited for long ago counts no more", () => {
  const all = primitives(2);
  const [first, second] = all as [(typeof all)[0], (typeof all)[0]];
  const division = new AttentionDivision();
  first.blockedMs = 10_000;
  division.divide(all, 0);
  expect(first.attention.share).toBe(1);

  second.blockedMs = 10_000;
  // Too soon.
  division.divide(all, 50);
  expect(first.attention.share).toBe(1);
  division.divide(all, 2000);
  expect(first.attention.share).toBeCloseTo(1 / 3, 9);

  second.blockedMs += 1000;
  division.divide(all, 120_000);
  expect(first.attention.share).toBeLessThan(1e-6);
});

test("nobody goes without any, and there is less for all while the event loop has no time to spare", () => {
  const pace = { share: 1 };
  const quiet = { blockedMs: 0, attention: new Attention(0.08, pace) };
  const busy = { blockedMs: 500, attention: new Attention(0.08, pace) };
  new AttentionDivision().divide([quiet, busy], 0);
  expect([quiet, busy].map(({ attention }) => attention.share)).toEqual([0.08, 1]);

  pace.share = 0.1;
  expect([quiet, busy].map(({ attention }) => attention.share)).toEqual([expect.closeTo(0.008), 0.1]);
});

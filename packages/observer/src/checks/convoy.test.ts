import { expect, test } from "vitest";
import { Lock, ManualClock, observe, useClock } from "@holdup/primitives";
import { createObserver } from "../observer.ts";

/** `tasks` take the lock again and again; it takes `handoffMs` until each runs, which then holds for `holdMs`. */
async function convoyOf(tasks: number, handoffMs: number, holdMs: number, windows: number) {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
  using _observing = observe(observer);
  const lock = new Lock("counter");
  const endsAt = windows * 1000 + 300;
  let lookedAt = Number.NEGATIVE_INFINITY;
  await Promise.all(
    Array.from({ length: tasks }, async function work() {
      while (clock.now() < endsAt) {
        const hold = await lock.acquire();
        clock.advance(holdMs);
        if (clock.now() - lookedAt >= 250) {
          lookedAt = clock.now();
          void observer.findings;
        }
        const next = Promise.resolve();
        hold.release();
        clock.advance(handoffMs);
        await next;
      }
    }),
  );
  return observer.findings.filter(({ kind }) => kind === "convoy");
}

test("a line that is never empty, and holds that are mostly handed over, are a convoy", async () => {
  const findings = await convoyOf(6, 6, 4, 3);

  expect(findings).toMatchObject([
    {
      severity: "warning",
      primitives: ["counter"],
      sites: [{ functionName: "work" }],
      message: expect.stringMatching(
        /^at least [45] wait for "counter" all the time, and it went through 1\d\d hands in 1\.0 s: a hold at \S+ lasts 10\.?\d? ms, and for 60 % of that its code does not even run$/,
      ),
    },
  ]);
});

test.for<[string, [tasks: number, handoffMs: number, holdMs: number, windows: number]]>([
  ["one window", [6, 6, 4, 1]],
  ["a short line", [5, 6, 4, 3]],
  ["holds that do something", [6, 4, 8, 3]],
  ["few hands", [6, 15, 10, 3]],
])("%s is no convoy", async ([, numbers]) => {
  expect(await convoyOf(...numbers)).toEqual([]);
});

import { expect, test } from "vitest";
import { Semaphore } from "./semaphore.ts";

const many = 100_000;

test("of 100,000 who wait, half leave in any order, and the rest are granted in theirs", async () => {
  const semaphore = new Semaphore(1, "crowded");
  const first = await semaphore.acquire();
  const aborts = Array.from({ length: many }, () => new AbortController());
  const granted: number[] = [];
  const waits = aborts.map(({ signal }, i) =>
    semaphore.acquire({ signal }).then(
      (hold) => {
        granted.push(i);
        hold.release();
      },
      () => {},
    ),
  );
  expect(semaphore.waiting).toBe(many);

  // Any order: a step that has no divisor in common with their number visits each of them once.
  for (let i = 0; i < many / 2; i++) aborts[(i * 77_773) % many]?.abort();
  expect(semaphore.waiting).toBe(many / 2);
  first.release();
  await Promise.all(waits);

  expect(granted).toHaveLength(many / 2);
  expect(granted.every((id, i) => i === 0 || id > (granted[i - 1] ?? Number.NaN))).toBe(true);
  expect(semaphore).toMatchObject({ available: 1, waiting: 0 });
}, 30_000);

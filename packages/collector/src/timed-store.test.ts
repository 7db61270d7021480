import { expect, test } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { batchOf } from "./store.ts";
import { timedStore } from "./timed-store.ts";

test("each answer is timed, failures too, and the store is otherwise the same", async () => {
  class Failing extends MemoryStore {
    override services(): Promise<never> {
      return Promise.reject(new Error("gone"));
    }
  }
  const told: unknown[] = [];
  const store = timedStore(new Failing({ retentionMs: 7 }), (...what) => told.push(what));

  expect(await store.add(batchOf("a", {}))).toBe(true);
  await expect(store.services()).rejects.toThrow("gone");

  expect([store.kind, store.retentionMs]).toEqual(["memory", 7]);
  expect(told).toEqual([
    ["add", "ok", expect.any(Number)],
    ["services", "error", expect.any(Number)],
  ]);
});

import { expect, test } from "vitest";
import { Lanes } from "./lanes.ts";

test("work on one thing is done one after the other, on another at once, and a failure stops nobody", async () => {
  const lanes = new Lanes();
  const done: string[] = [];
  const doors = new Map<string, () => void>();
  const work = (name: string) => (): Promise<void> =>
    new Promise<void>((resolve) => {
      doors.set(name, resolve);
    }).then(() => void done.push(name));

  const first = lanes.run(["a", "b"], work("first"));
  const second = lanes.run(["b"], () => Promise.reject(new Error("in vain")));
  const third = lanes.run(["b", "c"], work("third"));
  const other = lanes.run(["d"], work("other"));
  await Promise.resolve();
  doors.get("other")?.();
  await other;
  expect(doors.has("third")).toBe(false);
  doors.get("first")?.();
  await first;
  await expect(second).rejects.toThrow("in vain");
  await expect.poll(() => doors.has("third")).toBe(true);
  doors.get("third")?.();
  await third;

  expect(done).toEqual(["other", "first", "third"]);
});

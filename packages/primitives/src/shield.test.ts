import { expect, test } from "vitest";
import { gather } from "./gather.ts";
import { cleaningUp, failing, forever, later, places } from "./oracle/work.ts";
import { run } from "./run.ts";
import { shield } from "./shield.ts";
import { onUnretrievedError, spawn, type Task } from "./task.ts";

/** What is reported of these tasks, until it is disposed. */
function reportsOf(...names: string[]): { reports: [unknown, string][] } & Disposable {
  const reports: [unknown, string][] = [];
  const listening = onUnretrievedError((error, name) => {
    if (names.includes(name)) reports.push([error, name]);
  });
  return Object.assign(listening, { reports });
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test.each(places)("SH1 it results in what the work results in, $where", async ({ within }) => {
  const noError = () => Promise.reject("text");
  const protectedOne = (work: () => Promise<unknown>) => within(async () => await shield(work));

  await expect(protectedOne(() => later(1))).resolves.toBe(1);
  await expect(protectedOne(() => failing("boom"))).rejects.toThrow("boom");
  await expect(protectedOne(noError)).rejects.toMatchObject({ code: "ERR_INVALID_STATE", cause: "text" });
});

test("SH2 a cancel of who waits is his alone, and the work goes on", async () => {
  const inner = spawn(() => later("kept", 4));
  const waiter = spawn(async () => await shield(inner));
  await turn();

  waiter.cancel("enough");

  await expect(waiter).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(inner.done).toBe(false);
  await expect(inner).resolves.toBe("kept");
});

test("SH2 outside of any task the shield itself can be cancelled", async () => {
  const inner = spawn(() => later("kept", 4));
  const shielded = shield(inner);
  await turn();

  expect(shielded.cancel("enough")).toBe(true);

  await expect(shielded).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  await expect(inner).resolves.toBe("kept");
});

test("SH3 a cancel of the work ends the shield as cancelled", async () => {
  const inner = spawn(forever);
  const shielded = shield(inner);
  await turn();

  inner.cancel("enough");

  await expect(shielded).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(shielded.cancelled).toBe(true);
});

test("SH4 the shield of a task that is done is the task", async () => {
  const inner = spawn(() => 1);
  await inner;

  expect(shield(inner)).toBe(inner);
});

test("SH5 what the work fails with after its waiter has left is reported, once", async () => {
  using listening = reportsOf("commit");
  const inner = spawn(() => failing("late", 4), { name: "commit" });
  const shielded = shield(inner);
  await turn();

  shielded.cancel();
  await expect(shielded).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await later(undefined, 6);

  expect(listening.reports).toEqual([[expect.objectContaining({ message: "late" }), "commit"]]);
});

test("SH5 a failure in the turn of the cancel is reported, too", async () => {
  using listening = reportsOf("commit");
  const inner: Task<never> = spawn(() => failing("same turn", 2), { name: "commit" });
  // Called when the work has failed and its shield has not heard of it yet.
  inner.watch(() => shielded.cancel());
  const shielded = shield(inner);

  await expect(shielded).rejects.toMatchObject({ code: "ERR_CANCELLED" });

  expect(listening.reports).toEqual([[expect.objectContaining({ message: "same turn" }), "commit"]]);
});

test("SH5 what the shield passes on is not reported, nor is a cancel of the work", async () => {
  using listening = reportsOf("passed on", "cancelled");
  const passedOn = shield(spawn(() => failing("seen"), { name: "passed on" }));
  const inner = spawn(forever, { name: "cancelled" });
  const left = shield(inner);
  await turn();

  left.cancel();
  await expect(left).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  inner.cancel();
  await expect(passedOn).rejects.toThrow("seen");

  expect(listening.reports).toEqual([]);
});

test("SH6 it takes a task, a promise or a function, and its result may be gathered", async () => {
  const shields = [shield(spawn(() => later(1))), shield(later(2)), shield(() => later(3)), shield(() => 4)];

  await expect(gather(shields)).resolves.toEqual([1, 2, 3, 4]);
});

test("SH9 of gathered shields a cancel takes the shields only", async () => {
  const a = spawn(() => later(1, 4));
  const b = spawn(() => later(2, 4));
  const gathering = spawn(() => gather([shield(a), shield(b)]));
  await turn();

  gathering.cancel();

  await expect(gathering).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await expect(gather([a, b])).resolves.toEqual([1, 2]);
});

test("SH9 what is gathered in a shield lives on", async () => {
  const a = spawn(() => later(1, 4));
  const b = spawn(() => later(2, 4));
  const waiter = spawn(async () => await shield(() => gather([a, b])));
  await turn();

  waiter.cancel();

  await expect(waiter).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await expect(gather([a, b])).resolves.toEqual([1, 2]);
});

test("X12 a shield is no protection from the end of run", async () => {
  const cleanedUp: string[] = [];
  await run(async () => {
    shield(() => cleaningUp(() => void cleanedUp.push("shielded")));
    await turn();
  });

  expect(cleanedUp).toEqual(["shielded"]);
});

test("what is no work is refused at once", () => {
  for (const work of [undefined, null, 5, {}]) {
    expect(() => shield(work as never)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" }),
    );
  }
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { useClock } from "./clock.ts";
import { Event } from "./event.ts";
import { ManualClock } from "./manual-clock.ts";
import { Attempt, manners, patienceMs, type Manner } from "./oracle/attempt.ts";
import { currentTask, spawn } from "./task.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test("E1 it starts unset, may be set twice, and a wait for a set event does not wait", async () => {
  const event = new Event("ready");
  const order: string[] = [];
  void turn().then(() => order.push("the loop turned"));
  expect(event).toMatchObject({ name: "ready", isSet: false, waiting: 0 });

  event.set();
  event.set();
  await event.wait();
  order.push("went on");

  expect(event.isSet).toBe(true);
  expect(order).toEqual(["went on"]);
});

test("E1 a wait for an event that is not set waits until it is", async () => {
  const event = new Event("ready");
  let wentOn = false;
  const wait = event.wait().then(() => (wentOn = true));
  await turn();
  expect(wentOn).toBe(false);
  expect(event.waiting).toBe(1);

  event.set();
  await wait;

  expect(wentOn).toBe(true);
  expect(event.waiting).toBe(0);
});

test("E2 set lets all go on who wait, in the order of their coming, however they wait", async () => {
  const event = new Event("ready");
  const order: number[] = [];
  const { signal } = new AbortController();
  void event.wait().then(() => order.push(1));
  void event.wait({ signal }).then(() => order.push(2));
  void event.wait({ timeout: 1_000_000 }).then(() => order.push(3));
  spawn(() => event.wait().then(() => order.push(4)));
  await turn();
  void event.wait().then(() => order.push(5));

  event.set();
  await turn();

  expect(order).toEqual([1, 2, 3, 4, 5]);
});

test("E3 clear is for those who come later: who was let go goes on", async () => {
  const event = new Event("ready");
  const { signal } = new AbortController();
  const seen: boolean[] = [];
  void event.wait().then(() => seen.push(event.isSet));
  void event.wait({ signal }).then(() => seen.push(event.isSet));
  let lateWentOn = false;

  event.set();
  event.clear();
  void event.wait().then(() => (lateWentOn = true));
  await turn();

  expect(seen).toEqual([false, false]);
  expect(lateWentOn).toBe(false);
  expect(event.waiting).toBe(1);
});

test("E4 a cancel takes one waiter out and leaves the others", async () => {
  const event = new Event("ready");
  const abort = new AbortController();
  const cancelled = event.wait({ signal: abort.signal });
  const other = event.wait();

  abort.abort(new Error("enough"));
  expect(event.waiting).toBe(1);
  event.set();

  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: { message: "enough" } });
  await expect(other).resolves.toBeUndefined();
});

test("E4 a timeout takes one waiter out, and its alarm is gone whichever way it ends", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const event = new Event("ready");
  const short = event.wait({ timeout: 50 });
  const long = event.wait({ timeout: 500 });

  clock.advance(50);
  await expect(short).rejects.toMatchObject({
    code: "ERR_TIMEOUT",
    message: 'waiting for event "ready" took longer than 50 ms',
  });
  event.set();
  await long;

  expect(clock.alarms).toBe(0);
});

test("E4 a task that is cancelled leaves, with its cancel; its neighbour goes on", async () => {
  const event = new Event("ready");
  const cancelled = spawn(() => event.wait());
  const other = spawn(() => event.wait().then(() => "went on"));
  await turn();

  cancelled.cancel("enough");
  expect(event.waiting).toBe(1);
  event.set();

  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  await expect(other).resolves.toBe("went on");
});

test("E4 a task that cancels itself does not get to wait", async () => {
  const event = new Event("ready");
  const task = spawn(() => {
    currentTask()?.cancel("changed my mind");
    return event.wait();
  });

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "changed my mind" });
  expect(event.waiting).toBe(0);
});

test("E4 a cancel in the turn of the set wins, whichever came first", async () => {
  const event = new Event("ready");
  const before = new AbortController();
  const after = new AbortController();
  const waits = [event.wait({ signal: before.signal }), event.wait({ signal: after.signal })];
  const task = spawn(() => event.wait());
  await turn();

  before.abort();
  event.set();
  after.abort();
  task.cancel();

  for (const wait of [...waits, task]) await expect(wait).rejects.toMatchObject({ code: "ERR_CANCELLED" });
});

test("E5 set, clear, set, set in one turn lets a waiter go on once", async () => {
  const event = new Event("ready");
  let times = 0;
  void event.wait().then(() => times++);

  event.set();
  event.clear();
  event.set();
  event.set();
  await turn();

  expect(times).toBe(1);
  expect(event.isSet).toBe(true);
});

test("an aborted signal rejects even when the event is set; a timeout of 0 does not", async () => {
  const event = new Event("ready");
  await expect(event.wait({ timeout: 0 })).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  event.set();

  await expect(event.wait({ timeout: 0 })).resolves.toBeUndefined();
  await expect(event.wait({ signal: AbortSignal.abort("late") })).rejects.toMatchObject({ cause: "late" });
  await expect(event.wait({ timeout: Number.NaN })).rejects.toBeInstanceOf(RangeError);
});

test("an unnamed event is called after the line that made it", () => {
  expect(new Event().name).toMatch(/^event@event\.test\.ts:\d+$/);
});

test("no wake-up is lost: whoever waits when it is set goes on, unless interrupted in that turn", async () => {
  type Step = "set" | "clear" | "turn" | "advance" | { wait: Manner } | { cancel: number };
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    { weight: 5, arbitrary: fc.record({ wait: fc.constantFrom(...manners) }) },
    { weight: 2, arbitrary: fc.constant("set" as const) },
    { weight: 2, arbitrary: fc.constant("clear" as const) },
    { weight: 3, arbitrary: fc.record({ cancel: fc.nat(15) }) },
    { weight: 1, arbitrary: fc.constant("advance" as const) },
    { weight: 2, arbitrary: fc.constant("turn" as const) },
  );

  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 50, size: "max" }), async (steps) => {
      const clock = new ManualClock();
      using _clock = useClock(clock);
      const event = new Event("model");
      const attempts: Attempt<void>[] = [];
      const order: number[] = [];
      // The naive event: what each wait has come to, the order in which those who waited were let go.
      const model: ("parked" | "let go" | "ok" | "interrupted")[] = [];
      const deadlines: number[] = [];
      const letGo: number[] = [];
      let set = false;

      const interrupt = (id: number) => {
        if (model[id] === "parked" || model[id] === "let go") model[id] = "interrupted";
      };
      const letAllGo = () => {
        event.set();
        set = true;
        for (const [id, state] of model.entries()) {
          if (state !== "parked") continue;
          model[id] = "let go";
          letGo.push(id);
        }
      };
      const settle = async () => {
        await turn();
        for (const [id, state] of model.entries()) if (state === "let go") model[id] = "ok";
        const open = (state: string) => (state === "parked" ? "open" : state);
        expect(attempts.map(({ outcome }) => outcome)).toEqual(model.map(open));
        expect(order).toEqual(letGo.filter((id) => model[id] === "ok"));
        expect(event).toMatchObject({
          isSet: set,
          waiting: model.filter((state) => state === "parked").length,
        });
      };
      for (const step of steps) {
        if (step === "set") letAllGo();
        else if (step === "clear") {
          event.clear();
          set = false;
        } else if (step === "advance") {
          clock.advance(patienceMs);
          for (const [id, at] of deadlines.entries()) if (at <= clock.now()) interrupt(id);
        } else if (step === "turn") await settle();
        else if ("cancel" in step) {
          attempts[step.cancel]?.cancel();
          if (attempts[step.cancel]?.cancellable === true) interrupt(step.cancel);
        } else {
          const id = model.length;
          const parked = !set;
          const ended = () => void (parked && attempts[id]?.outcome === "ok" && order.push(id));
          attempts.push(new Attempt(step.wait, (options) => event.wait(options), ended));
          model.push(parked ? "parked" : "ok");
          deadlines.push(
            parked && step.wait === "timeout" ? clock.now() + patienceMs : Number.POSITIVE_INFINITY,
          );
          if (step.wait === "task") await settle();
        }
      }
      await settle();
      letAllGo();
      await settle();
      expect(clock.alarms).toBe(0);
    }),
    { numRuns: 300 },
  );
});

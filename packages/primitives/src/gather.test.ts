import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { isCancelled } from "./errors.ts";
import { gather } from "./gather.ts";
import { cleaningUp, failing, forever, later, places, swallowing } from "./oracle/work.ts";
import { sleep } from "./sleep.ts";
import { currentTask, onUnretrievedError, spawn } from "./task.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test.each(places)("G1 results come in the order of the arguments, $where", async ({ within }) => {
  const work = [() => later("a", 3), () => later("b", 1), spawn(() => later("c", 2))];

  const results = within(() => gather(work));

  await expect(results).resolves.toEqual(["a", "b", "c"]);
});

test.each(places)("G2 of nothing the result is empty, $where", async ({ within }) => {
  await expect(within(() => gather([]))).resolves.toEqual([]);
});

test("G3 the same task several times runs once, and its result comes as often", async () => {
  let runs = 0;
  const task = spawn(() => ++runs);

  const results = await gather([task, task, task]);

  expect(results).toEqual([1, 1, 1]);
  expect(runs).toBe(1);
});

test.each(places)("G4 the first error passes at once and the others go on, $where", async ({ within }) => {
  const slow = spawn(() => later("finished", 6));

  const gathered = within(() => gather([slow, () => failing("first", 1), () => failing("second", 3)]));

  await expect(gathered).rejects.toThrow("first");
  expect(slow.done).toBe(false);
  await expect(slow).resolves.toBe("finished");
});

test("G4 errors after the first are nobody's: they are not reported", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const reports: string[] = [];
  using _listening = onUnretrievedError((error) => void reports.push((error as Error).message));

  const gathered = gather([() => failing("passed on", 1), () => failing("nobody's", 2)]);
  await expect(gathered).rejects.toThrow("passed on");
  for (let i = 0; i < 10; i++) {
    collect();
    await turn();
  }

  expect(reports).not.toContain("passed on");
  expect(reports).not.toContain("nobody's");
});

test.each(places)(
  "G5 with returnExceptions errors take their place, cancels too, $where",
  async ({ within }) => {
    const cancelled = spawn(forever);
    // What is no Error comes wrapped: so a result can be told from an error.
    const thrower = () => Promise.reject("no error");

    const results = within(() =>
      gather([() => 1, () => failing("boom"), cancelled, thrower], { returnExceptions: true }),
    );
    await turn();
    cancelled.cancel("by itself");

    await expect(results).resolves.toEqual([
      1,
      expect.objectContaining({ message: "boom" }),
      expect.objectContaining({ code: "ERR_CANCELLED", cause: "by itself" }),
      expect.objectContaining({ code: "ERR_INVALID_STATE", cause: "no error" }),
    ]);
  },
);

test("G6 work that is cancelled by itself is an error: who gathers is not cancelled, siblings live", async () => {
  const cancelled = spawn(forever);
  const sibling = spawn(() => later("b", 6));
  const gathering = spawn(async () => {
    const error = await gather([cancelled, sibling]).catch((reason: unknown) => reason);
    await sleep(0);
    return isCancelled(error);
  });
  await turn();

  cancelled.cancel();

  await expect(gathering).resolves.toBe(true);
  expect(sibling.done).toBe(false);
  await expect(sibling).resolves.toBe("b");
});

test("G7 a cancel goes to all work; with returnExceptions it is raised when all has ended", async () => {
  const cleanedUp: number[] = [];
  const child = (turns: number) => () =>
    cleaningUp(() => later(undefined, turns).then(() => void cleanedUp.push(turns)));
  const gathering = spawn(() => gather([child(1), child(4)], { returnExceptions: true }));
  await turn();

  gathering.cancel("enough");

  await expect(gathering).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(cleanedUp).toEqual([1, 4]);
});

test("G7 without returnExceptions it is raised as soon as the first has ended; the others end later", async () => {
  const cleanedUp: number[] = [];
  const child = (turns: number) => () =>
    cleaningUp(() => later(undefined, turns).then(() => void cleanedUp.push(turns)));
  const last = spawn(child(4));
  const gathering = spawn(() => gather([child(1), last]));
  await turn();

  gathering.cancel("enough");

  await expect(gathering).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(cleanedUp).toEqual([1]);
  await expect(last).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(cleanedUp).toEqual([1, 4]);
});

test.each([true, false])(
  "G7 a cancel that all work swallows still reaches who gathers (returnExceptions: %s)",
  async (returnExceptions) => {
    const work = [() => swallowing(1), () => swallowing(2)];
    const gathering = spawn(() =>
      returnExceptions ? gather(work, { returnExceptions }) : gather(work, { returnExceptions }),
    );
    await turn();

    gathering.cancel("enough");

    await expect(gathering).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  },
);

test("G7 a task that was cancelled before it gathers cancels the work at once", async () => {
  const work = spawn(forever);
  await turn();

  const gathering = spawn(async () => {
    currentTask()?.cancel("by itself");
    await gather([work]);
  });

  await expect(gathering).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "by itself" });
  expect(work.cancelled).toBe(true);
});

test("G8 after it has failed, a cancel of who gathered stops none of the work", async () => {
  const sibling = spawn(() => later("s", 8));
  const gathering = spawn(async () => {
    await gather([sibling, () => failing("boom")]).catch(() => {});
    await forever();
  });
  await later(undefined, 3);

  gathering.cancel();

  await expect(gathering).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await expect(sibling).resolves.toBe("s");
});

test.each(places)(
  "G10 work starts in the order of the arguments, after the call, $where",
  async ({ within }) => {
    const started: number[] = [];
    let atOnce: number[] | undefined;

    await within(async () => {
      const gathered = gather([0, 1, 2, 3, 4].map((i) => () => started.push(i)));
      atOnce = [...started];
      await gathered;
    });

    expect(atOnce).toEqual([]);
    expect(started).toEqual([0, 1, 2, 3, 4]);
  },
);

test.each(places)(
  "G11 what is no work is a TypeError; what came before it still runs, $where",
  async ({ within }) => {
    const ran: string[] = [];
    const work = [() => ran.push("first"), 42 as never, () => ran.push("third")];

    const gathered = within(() => gather(work));

    await expect(gathered).rejects.toMatchObject({ name: "TypeError", code: "ERR_INVALID_ARG" });
    await turn();
    expect(ran).toEqual(["first"]);
  },
);

test("G11 a promise is no work, and a single piece of work no list", async () => {
  await expect(gather([Promise.resolve(1) as never])).rejects.toMatchObject({ code: "ERR_INVALID_ARG" });
  await expect(gather(forever as never)).rejects.toMatchObject({ code: "ERR_INVALID_ARG" });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { FifoBuffer, LifoBuffer, PriorityBuffer, type Buffer } from "./buffer.ts";
import { useClock } from "./clock.ts";
import { ManualClock } from "./manual-clock.ts";
import { Attempt, manners, patienceMs, type Manner } from "./oracle/attempt.ts";
import { LifoQueue, PriorityQueue, Queue } from "./queue.ts";
import { currentTask, spawn } from "./task.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));
const shutDown = { code: "ERR_QUEUE_SHUT_DOWN", name: "QueueShutDownError" };

/** A queue with these items in it. */
function filled<T>(items: readonly T[], maxSize = 0): Queue<T> {
  const queue = new Queue<T>({ name: "jobs", maxSize });
  for (const item of items) queue.putNowait(item);
  return queue;
}

const drained = <T>(queue: Queue<T>) => Array.from({ length: queue.size }, () => queue.getNowait());

test("Q1 first in, first out, and its state is readable", () => {
  const queue = filled([1, 3, 2]);
  expect(queue).toMatchObject({ name: "jobs", size: 3, empty: false, full: false, maxSize: 0 });

  expect(drained(queue)).toEqual([1, 3, 2]);

  expect(queue).toMatchObject({ size: 0, empty: true, waitingToGet: 0, waitingToPut: 0 });
});

test("Q1 a bounded queue is full at its bound; 0 or less is no bound", () => {
  expect(filled([1], 2)).toMatchObject({ full: false, maxSize: 2 });
  expect(filled([1, 2], 2).full).toBe(true);

  const unbounded = filled(
    Array.from({ length: 100 }, (_, i) => i),
    -1,
  );

  expect(unbounded).toMatchObject({ full: false, size: 100, maxSize: 0 });
});

test("Q2 getNowait of an empty queue and putNowait into a full one throw", () => {
  const queue = new Queue<number>({ name: "jobs", maxSize: 1 });
  expect(() => queue.getNowait()).toThrow(
    expect.objectContaining({ code: "ERR_QUEUE_EMPTY", message: 'queue "jobs" is empty' }),
  );
  queue.putNowait(1);

  expect(() => queue.putNowait(2)).toThrow(
    expect.objectContaining({ code: "ERR_QUEUE_FULL", message: 'queue "jobs" is full: it has 1 items' }),
  );

  expect(drained(queue)).toEqual([1]);
});

test("Q3 a put waits while it is full; each get lets one in, in the order of their coming", async () => {
  const queue = new Queue<number>({ maxSize: 1 });
  const order: string[] = [];
  for (const item of [0, 1, 2, 3]) void queue.put(item).then(() => order.push(`put ${item}`));
  await turn();
  expect(order).toEqual(["put 0"]);
  expect(queue).toMatchObject({ size: 1, waitingToPut: 3 });

  for (const item of [0, 1, 2, 3]) {
    expect(await queue.get()).toBe(item);
    await turn();
  }

  expect(order).toEqual(["put 0", "put 1", "put 2", "put 3"]);
});

test("Q3 a get waits while it is empty; each put serves one, in the order of their coming", async () => {
  const queue = new Queue<number>();
  const got: string[] = [];
  for (const name of ["A", "B", "C"]) void queue.get().then((item) => got.push(`${name} ${item}`));
  expect(queue.waitingToGet).toBe(3);

  queue.putNowait(1);
  await turn();
  expect(got).toEqual(["A 1"]);
  queue.putNowait(2);
  queue.putNowait(3);
  await turn();

  expect(got).toEqual(["A 1", "B 2", "C 3"]);
});

test("Q4 a woken getter has no claim: one that lost its item stands at the back again", async () => {
  const queue = new Queue<string>();
  const got: string[] = [];
  for (const name of ["A", "B"]) void queue.get().then((item) => got.push(`${name} ${item}`));

  queue.putNowait("x");
  expect(queue.getNowait()).toBe("x");
  await turn();
  expect(got).toEqual([]);
  expect(queue.waitingToGet).toBe(2);
  queue.putNowait("y");
  queue.putNowait("z");
  await turn();

  expect(got).toEqual(["B y", "A z"]);
});

test("Q4 one that stands at the back again can still be interrupted, by signal, timeout or task", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const queue = new Queue<string>();
  const abort = new AbortController();
  const gets = [queue.get({ signal: abort.signal }), queue.get({ timeout: 50 })];
  const task = spawn(() => queue.get());
  await turn();
  for (const item of ["x", "y", "z"]) queue.putNowait(item);
  expect(drained(queue)).toEqual(["x", "y", "z"]);
  await turn();
  expect(queue.waitingToGet).toBe(3);

  abort.abort();
  task.cancel();
  clock.advance(50);

  await expect(gets[0]).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await expect(gets[1]).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(queue.waitingToGet).toBe(0);
  expect(clock.alarms).toBe(0);
});

test("Q5 a cancelled getter leaves the line", async () => {
  const queue = new Queue<string>();
  const abort = new AbortController();
  const cancelled = queue.get({ signal: abort.signal });
  const next = queue.get();

  abort.abort("enough");
  await queue.put("a");

  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  await expect(next).resolves.toBe("a");
  expect(queue.waitingToGet).toBe(0);
});

test("Q5 a getter whose time is up leaves the line, and its alarm is gone whichever way it ends", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const queue = new Queue<string>("jobs");
  const short = queue.get({ timeout: 50 });
  const long = queue.get({ timeout: 500 });

  clock.advance(50);
  queue.putNowait("a");

  await expect(short).rejects.toMatchObject({
    code: "ERR_TIMEOUT",
    message: 'waiting for queue "jobs" took longer than 50 ms',
  });
  await expect(long).resolves.toBe("a");
  expect(clock.alarms).toBe(0);
});

test("Q5 a cancelled task leaves the line, and one that cancelled itself does not get to wait", async () => {
  const queue = new Queue<string>();
  const cancelled = spawn(() => queue.get());
  const itself = spawn(() => {
    currentTask()?.cancel("changed my mind");
    return queue.get();
  });
  await expect(itself).rejects.toMatchObject({ cause: "changed my mind" });
  expect(queue.waitingToGet).toBe(1);

  cancelled.cancel("enough");

  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(queue.waitingToGet).toBe(0);
});

test("Q6 a getter cancelled after it was woken leaves the item to the next one", async () => {
  const queue = new Queue<number>();
  const abort = new AbortController();
  const cancelled = queue.get({ signal: abort.signal });
  const task = spawn(() => queue.get());
  await turn();
  const next = queue.get();

  queue.putNowait(1);
  abort.abort();
  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(await task).toBe(1);

  queue.putNowait(2);
  await expect(next).resolves.toBe(2);
});

test("Q6 a task cancelled after it was woken leaves the item in its place", async () => {
  const queue = new Queue<number>();
  const task = spawn(() => queue.get());
  await turn();

  queue.putNowait(1);
  queue.putNowait(2);
  task.cancel();

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(drained(queue)).toEqual([1, 2]);
});

test("Q7 a putter cancelled after it was woken leaves the room to the next one", async () => {
  const queue = filled([1], 1);
  const abort = new AbortController();
  const cancelled = queue.put(2, { signal: abort.signal });
  const task = spawn(() => queue.put(3));
  await turn();
  const next = queue.put(4);

  queue.getNowait();
  abort.abort();
  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await task;
  expect(drained(queue)).toEqual([3]);

  await expect(next).resolves.toBeUndefined();
  expect(drained(queue)).toEqual([4]);
});

test("Q7 a putter that lost its room to another stands at the back again", async () => {
  const queue = filled([1], 1);
  const order: number[] = [];
  for (const item of [2, 3]) void queue.put(item).then(() => order.push(item));

  queue.getNowait();
  queue.putNowait(9);
  await turn();
  expect(queue).toMatchObject({ size: 1, waitingToPut: 2 });
  for (const item of [9, 3, 2]) {
    expect(queue.getNowait()).toBe(item);
    await turn();
  }

  expect(order).toEqual([3, 2]);
});

test("Q7 a put that is not awaited may be overtaken by its producer's next one", async () => {
  const queue = filled([1], 1);
  const second = queue.put(2);

  expect(queue.getNowait()).toBe(1);
  await queue.put(3);

  expect(queue.getNowait()).toBe(3);
  await second;
  expect(drained(queue)).toEqual([2]);
});

test("Q8 a put that failed has put nothing in; one that returned has", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const queue = filled([1], 1);
  const abort = new AbortController();
  const failing = [
    queue.put(2, { signal: abort.signal }),
    queue.put(3, { timeout: 50 }),
    queue.put(4, { timeout: 0 }),
    queue.put(5, { signal: AbortSignal.abort() }),
  ];
  const task = spawn(() => queue.put(6));
  const results = Promise.allSettled([...failing, task]);
  await turn();

  abort.abort();
  clock.advance(50);
  task.cancel();

  const codes = (await results).map((result) => result.status === "rejected" && result.reason.code);
  expect(codes).toEqual(["ERR_CANCELLED", "ERR_TIMEOUT", "ERR_TIMEOUT", "ERR_CANCELLED", "ERR_CANCELLED"]);
  expect(queue).toMatchObject({ unfinished: 1, waitingToPut: 0 });
  expect(drained(queue)).toEqual([1]);
  await queue.put(7);
  expect(drained(queue)).toEqual([7]);
});

test("Q9 join waits until taskDone was called for every item; one call too many throws", async () => {
  const queue = new Queue<number>("jobs");
  expect(() => queue.taskDone()).toThrow(
    expect.objectContaining({
      code: "ERR_OUT_OF_RANGE",
      message: expect.stringContaining('queue "jobs"'),
    }),
  );
  await queue.join();
  queue.putNowait(1);
  await queue.put(2);
  let joined = false;
  const join = queue.join().then(() => (joined = true));

  expect(drained(queue)).toEqual([1, 2]);
  queue.taskDone();
  await turn();
  expect(joined).toBe(false);
  expect(queue.unfinished).toBe(1);
  queue.taskDone();
  await join;

  expect(() => queue.taskDone()).toThrow(RangeError);
});

test("Q9 a join can be interrupted, by signal, timeout or task, and the others go on", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const queue = filled([1]);
  const abort = new AbortController();
  const [signalled, late] = [queue.join({ signal: abort.signal }), queue.join({ timeout: 50 })];
  const task = spawn(() => queue.join());
  const patient = queue.join();
  await turn();

  abort.abort();
  clock.advance(50);
  task.cancel();
  await expect(signalled).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await expect(late).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  queue.taskDone();

  await patient;
  expect(clock.alarms).toBe(0);
});

test("Q10 a join that was let go returns though a new item comes before it runs", async () => {
  const queue = filled([1]);
  const joins = [queue.join(), queue.join({ signal: new AbortController().signal })];

  queue.getNowait();
  queue.taskDone();
  queue.putNowait(2);

  await Promise.all(joins);
  expect(queue.unfinished).toBe(1);
});

test("Q11 a priority queue gives the smallest first, equal ones in the order of their coming", async () => {
  const queue = new PriorityQueue<[number, string]>({ name: "alarms", compare: ([a], [b]) => a - b });
  await queue.put([2, "b"]);
  await queue.put([1, "z"]);
  await queue.put([2, "a"]);
  queue.putNowait([1, "y"]);

  expect(drained(queue).map(([, name]) => name)).toEqual(["z", "y", "b", "a"]);
  expect(queue.name).toBe("alarms");
});

test("Q11 what can't be compared is not put in, and a put or get that fails so rejects", async () => {
  const queue = new PriorityQueue<number>({
    compare: (a, b) => {
      if (Number.isNaN(a) || Number.isNaN(b)) throw new TypeError("can't compare");
      return a - b;
    },
  });
  queue.putNowait(1);

  await expect(queue.put(Number.NaN)).rejects.toThrow("can't compare");
  expect(() => queue.putNowait(Number.NaN)).toThrow("can't compare");

  expect(queue).toMatchObject({ size: 1, unfinished: 1 });
  expect(drained(queue)).toEqual([1]);
});

test("Q11 a parked put that can't be compared fails, and its room goes to the next one", async () => {
  const queue = new PriorityQueue<number>({
    maxSize: 2,
    compare: (a, b) => {
      if (Number.isNaN(a)) throw new TypeError("can't compare");
      return a - b;
    },
  });
  queue.putNowait(1);
  queue.putNowait(2);
  const bad = queue.put(Number.NaN);
  const good = queue.put(3);

  queue.getNowait();

  await expect(bad).rejects.toThrow("can't compare");
  await good;
  expect(drained(queue)).toEqual([2, 3]);
});

test("Q11 a get that can't compare what is left takes nothing", async () => {
  let failing = false;
  const queue = new PriorityQueue<number>({
    compare: (a, b) => {
      if (failing) throw new TypeError("can't compare");
      return a - b;
    },
  });
  for (const item of [1, 2, 3]) queue.putNowait(item);

  failing = true;
  await expect(queue.get()).rejects.toThrow("can't compare");
  failing = false;

  expect(drained(queue)).toEqual([1, 2, 3]);
});

test("Q11 a parked get that can't compare fails, and its item goes to the next one", async () => {
  let failures = 0;
  const queue = new PriorityQueue<number>({
    compare: (a, b) => {
      if (failures-- > 0) throw new TypeError("can't compare");
      return a - b;
    },
  });
  const gets = [1, 2].map(() => queue.get());
  for (const item of [1, 2, 3]) queue.putNowait(item);

  failures = 1;

  await expect(gets[0]).rejects.toThrow("can't compare");
  await expect(gets[1]).resolves.toBe(1);
  expect(drained(queue)).toEqual([2, 3]);
});

test("Q12 a LIFO queue gives the newest first", async () => {
  const queue = new LifoQueue<number>({ name: "stack", maxSize: 3 });
  for (const item of [1, 3, 2]) await queue.put(item);
  expect(queue.full).toBe(true);

  expect(drained(queue)).toEqual([2, 3, 1]);
  expect(queue.name).toBe("stack");
});

test("Q13 after a shutdown puts fail, gets take what is left and then fail, join needs taskDone", async () => {
  const queue = filled(["a", "b"], 2);
  const parked = [queue.put("c"), spawn(() => queue.put("d"))];
  let joined = false;
  const join = queue.join().then(() => (joined = true));
  await turn();

  queue.shutdown();

  for (const put of parked) await expect(put).rejects.toMatchObject(shutDown);
  await expect(queue.put("e")).rejects.toMatchObject({ ...shutDown, message: 'queue "jobs" is shut down' });
  expect(() => queue.putNowait("e")).toThrow(expect.objectContaining(shutDown));
  expect([await queue.get(), queue.getNowait()]).toEqual(["a", "b"]);
  await expect(queue.get()).rejects.toMatchObject(shutDown);
  expect(() => queue.getNowait()).toThrow(expect.objectContaining(shutDown));
  expect(joined).toBe(false);
  queue.taskDone();
  queue.taskDone();
  await join;
});

test("Q13 getters that wait for an empty queue fail when it is shut down", async () => {
  const queue = new Queue<string>("jobs");
  const gets = [queue.get(), queue.get({ timeout: 1_000_000 }), spawn(() => queue.get())];
  await turn();

  queue.shutdown();

  for (const get of gets) await expect(get).rejects.toMatchObject(shutDown);
  expect(queue.waitingToGet).toBe(0);
});

test("Q13 a getter woken for an item gets it, though the queue is shut down in that turn", async () => {
  const queue = new Queue<string>();
  const [first, second] = [queue.get(), queue.get()];

  queue.putNowait("a");
  queue.shutdown();

  await expect(first).resolves.toBe("a");
  await expect(second).rejects.toMatchObject(shutDown);
});

test("Q14 an immediate shutdown drops the items and counts them done; join waits for those in work", async () => {
  const queue = filled([1, 2, 3]);
  queue.getNowait();
  let joined = false;
  const join = queue.join().then(() => (joined = true));

  queue.shutdown({ immediate: true });

  expect(queue).toMatchObject({ size: 0, unfinished: 1 });
  await expect(queue.get()).rejects.toMatchObject(shutDown);
  expect(joined).toBe(false);
  queue.taskDone();
  await join;
  expect(() => queue.taskDone()).toThrow(RangeError);
});

test("Q14 an immediate shutdown lets a join go if nothing is in work", async () => {
  const queue = filled([1, 2]);
  const join = queue.join();

  queue.shutdown({ immediate: true });

  await join;
  expect(queue.unfinished).toBe(0);
});

test("Q14 an immediate shutdown compares nothing: with a comparator that throws, all are dropped and woken", async () => {
  let failing = false;
  const queue = new PriorityQueue<number>({
    maxSize: 3,
    compare: (a, b) => {
      if (failing) throw new TypeError("can't compare");
      return a - b;
    },
  });
  const gets = [1, 2, 3, 4].map(() => queue.get());
  for (const item of [3, 1, 2]) queue.putNowait(item);
  const put = queue.put(4);
  const join = queue.join();
  failing = true;

  queue.shutdown({ immediate: true });

  for (const waiting of [...gets, put]) await expect(waiting).rejects.toMatchObject(shutDown);
  await join;
  expect(queue).toMatchObject({ size: 0, unfinished: 0, waitingToGet: 0, waitingToPut: 0 });
});

test("Q15 a shutdown may be repeated and become immediate, and never ends", async () => {
  const queue = filled([1]);

  queue.shutdown();
  queue.shutdown();
  expect(queue.size).toBe(1);
  queue.shutdown({ immediate: true });
  expect(queue.size).toBe(0);
  queue.shutdown();

  expect(() => queue.getNowait()).toThrow(expect.objectContaining(shutDown));
  await expect(queue.put(1)).rejects.toMatchObject(shutDown);
});

test("Q16 null and undefined are items like others, and one sentinel stops one consumer", async () => {
  const queue = new Queue<number | null | undefined>();
  const done: string[] = [];
  const consume = async (name: string) => {
    while ((await queue.get()) !== null);
    done.push(name);
  };
  const consumers = ["A", "B"].map(consume);

  for (const item of [1, undefined, null]) queue.putNowait(item);
  await turn();
  expect(done).toHaveLength(1);
  queue.putNowait(null);
  await Promise.all(consumers);

  expect(done.toSorted()).toEqual(["A", "B"]);
});

test("Q17 puts and gets that need not wait never let the event loop turn", async () => {
  const queue = new Queue<number>();
  const order: string[] = [];
  void turn().then(() => order.push("the loop turned"));

  for (let i = 0; i < 1000; i++) await queue.put(i);
  order.push("1000 puts");
  for (let i = 0; i < 1000; i++) await queue.get();
  order.push("1000 gets");

  expect(order).toEqual(["1000 puts", "1000 gets"]);
});

test("Q18 a bound that is no whole number is a RangeError", () => {
  for (const maxSize of [1.3, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => new Queue({ maxSize })).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
  }
});

test("Q20 after a put that need not wait, the producer runs on before the consumer that it woke", async () => {
  const queue = new Queue<number>();
  const order: string[] = [];
  const produce = async () => {
    for (let item = 0; item < 3; item++) {
      await queue.put(item);
      order.push(`P${item}`);
      await turn();
    }
    queue.shutdown();
  };
  const consume = async () => {
    for await (const item of queue) order.push(`C${item}`);
    order.push("end");
  };

  await Promise.all([consume(), produce()]);

  expect(order).toEqual(["P0", "C0", "P1", "C1", "P2", "C2", "end"]);
});

test("X15 iteration takes an item only when asked, and takes none after a break", async () => {
  const queue = filled([1, 2, 3]);
  const got: number[] = [];

  for await (const item of queue) {
    got.push(item);
    expect(queue.size).toBe(3 - got.length);
    if (item === 2) break;
  }

  expect(got).toEqual([1, 2]);
  expect(drained(queue)).toEqual([3]);
});

test("X15 several may iterate at once: each item goes to one, and a shutdown ends them all", async () => {
  const queue = new Queue<number>({ maxSize: 2 });
  const got: number[] = [];
  const consume = async () => {
    for await (const item of queue) got.push(item);
  };
  const consumers = [spawn(consume), spawn(consume), consume()];

  for (const item of [1, 2, 3, 4, 5]) await queue.put(item);
  queue.shutdown();
  await Promise.all(consumers);

  expect(got.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
});

test("X15 a return behind a pending next ends when that has its item, which is not lost", async () => {
  const queue = new Queue<number>();
  const items = queue[Symbol.asyncIterator]();
  const pending = items.next();
  const end = items.return();
  await turn();
  expect(queue.waitingToGet).toBe(1);

  queue.putNowait(1);

  await expect(pending).resolves.toEqual({ value: 1, done: false });
  await expect(end).resolves.toEqual({ value: undefined, done: true });
});

test("X15 a task that iterates ends by its cancel", async () => {
  const queue = new Queue<number>();
  const task = spawn(async () => {
    for await (const _item of queue);
  });
  await turn();

  task.cancel("enough");

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(queue.waitingToGet).toBe(0);
});

test("an aborted signal rejects even when nothing had to wait, and changes nothing", async () => {
  const queue = filled([1]);
  const signal = AbortSignal.abort("late");

  await expect(queue.get({ signal })).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "late" });
  await expect(queue.put(2, { signal })).rejects.toMatchObject({ cause: "late" });
  await expect(new Queue().join({ signal })).rejects.toMatchObject({ cause: "late" });
  await expect(queue.get({ timeout: Number.NaN })).rejects.toBeInstanceOf(RangeError);

  expect(drained(queue)).toEqual([1]);
  await expect(queue.get({ timeout: 0 })).rejects.toMatchObject({ code: "ERR_TIMEOUT" });
});

test("an unnamed queue is called after the line that made it", () => {
  for (const queue of [new Queue(), new LifoQueue(), new PriorityQueue<number>({ compare: () => 0 })]) {
    expect(queue.name).toMatch(/^queue@queue\.test\.ts:\d+$/);
  }
});

/** A buffer that keeps account, and compares the order with that of a plain array. */
class Ledger implements Buffer<number> {
  readonly added: number[] = [];
  readonly taken: number[] = [];
  readonly #inside: number[] = [];
  readonly #buffer: Buffer<number>;
  readonly #next: (items: readonly number[]) => number | undefined;

  constructor(buffer: Buffer<number>, next: (items: readonly number[]) => number | undefined) {
    this.#buffer = buffer;
    this.#next = next;
  }

  get size(): number {
    return this.#buffer.size;
  }

  add(item: number): void {
    this.added.push(item);
    this.#inside.push(item);
    this.#buffer.add(item);
  }

  take(): number {
    const expected = this.#next(this.#inside);
    const item = this.#buffer.take();
    expect(item).toBe(expected);
    this.#inside.splice(this.#inside.indexOf(item), 1);
    this.taken.push(item);
    return item;
  }

  clear(): void {
    this.taken.push(...this.#inside.splice(0));
    this.#buffer.clear();
  }
}

test("no item is lost or doubled, the order and the bound hold, nobody waits who need not", async () => {
  type Step =
    | "getNowait"
    | "putNowait"
    | "taskDone"
    | "turn"
    | "advance"
    | "shutdown"
    | "drop"
    | { start: "get" | "put" | "join"; as: Manner }
    | { cancel: number };
  const start = (what: "get" | "put" | "join") =>
    fc.record({ start: fc.constant(what), as: fc.constantFrom(...manners) });
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    { weight: 8, arbitrary: start("get") },
    { weight: 8, arbitrary: start("put") },
    { weight: 1, arbitrary: start("join") },
    { weight: 2, arbitrary: fc.constant("getNowait" as const) },
    { weight: 2, arbitrary: fc.constant("putNowait" as const) },
    { weight: 2, arbitrary: fc.constant("taskDone" as const) },
    { weight: 8, arbitrary: fc.record({ cancel: fc.nat(3) }) },
    { weight: 1, arbitrary: fc.constant("advance" as const) },
    { weight: 4, arbitrary: fc.constant("turn" as const) },
  );
  const anyEnd = fc.constantFrom<Step[]>(["shutdown"], ["drop"], ["shutdown", "turn", "drop"]);
  // Ids are items, and ranks too: every seventh goes first, with ties.
  const rank = (item: number) => item % 7;
  const kinds: (() => Ledger)[] = [
    () => new Ledger(new FifoBuffer<number>(), (items) => items[0]),
    () => new Ledger(new LifoBuffer<number>(), (items) => items.at(-1)),
    () =>
      new Ledger(
        new PriorityBuffer<number>((a, b) => rank(a) - rank(b)),
        (items) => items.toSorted((a, b) => rank(a) - rank(b))[0],
      ),
  ];
  const ascending = (items: readonly number[]) => items.toSorted((a, b) => a - b);

  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...kinds),
      fc.nat(3),
      fc.array(anyStep, { maxLength: 60, size: "max" }),
      anyEnd,
      async (makeLedger, maxSize, steps, end) => {
        const clock = new ManualClock();
        using _clock = useClock(clock);
        const ledger = makeLedger();
        const queue = new Queue<number>({ name: "model", maxSize }, ledger);
        const attempts: { what: "get" | "put" | "join"; item: number; attempt: Attempt<number | void> }[] =
          [];
        const got: number[] = [];
        const put: number[] = [];
        let dropped = 0;
        let done = 0;
        let over = false;
        let items = 0;

        const attemptNow = (act: () => void, allowed: readonly string[]) => {
          try {
            act();
          } catch (error) {
            expect(allowed).toContain((error as { code?: string }).code);
          }
        };
        const outcomes = (what: string, outcome: string) =>
          attempts.filter((other) => other.what === what && other.attempt.outcome === outcome);
        const settle = async () => {
          await turn();
          const received = outcomes("get", "ok").map(({ attempt }) => attempt.value as number);
          expect(ascending([...got, ...received]).length + dropped).toBe(ledger.taken.length);
          const accepted = outcomes("put", "ok").map(({ item }) => item);
          expect(ascending([...put, ...accepted])).toEqual(ascending(ledger.added));
          expect(new Set(ledger.taken).size).toBe(ledger.taken.length);
          for (const item of [...got, ...received]) expect(ledger.taken).toContain(item);

          expect(queue.waitingToGet).toBe(outcomes("get", "open").length);
          expect(queue.waitingToPut).toBe(outcomes("put", "open").length);
          expect(queue.waitingToGet === 0 || (queue.empty && !over)).toBe(true);
          expect(queue.waitingToPut === 0 || (queue.full && !over)).toBe(true);
          expect(outcomes("join", "open").length === 0 || queue.unfinished > 0).toBe(true);
          expect(queue.unfinished).toBe(ledger.added.length - done);
          for (const { attempt } of attempts) {
            if (attempt.outcome === "failed") expect(attempt.error).toMatchObject(shutDown);
          }
        };
        for (const step of [...steps, ...end, "turn" as const]) {
          if (step === "turn") await settle();
          else if (step === "advance") clock.advance(patienceMs);
          else if (step === "getNowait")
            attemptNow(() => got.push(queue.getNowait()), ["ERR_QUEUE_EMPTY", "ERR_QUEUE_SHUT_DOWN"]);
          else if (step === "putNowait") {
            const item = items++;
            attemptNow(() => {
              queue.putNowait(item);
              put.push(item);
            }, ["ERR_QUEUE_FULL"]);
          } else if (step === "taskDone") {
            attemptNow(() => {
              queue.taskDone();
              done++;
            }, ["ERR_OUT_OF_RANGE"]);
          } else if (step === "shutdown" || step === "drop") {
            over = true;
            const { size, unfinished } = queue;
            queue.shutdown({ immediate: step === "drop" });
            if (step === "drop") {
              dropped += size;
              done += Math.min(size, unfinished);
            }
          } else if ("cancel" in step) {
            // Among those who wait longest: they are the ones that were woken just now.
            const open = attempts.filter(({ attempt }) => attempt.outcome === "open" && attempt.cancellable);
            open[step.cancel]?.attempt.cancel();
          } else {
            const item = step.start === "put" ? items++ : -1;
            const attempt = new Attempt<number | void>(step.as, (options) =>
              step.start === "put" ? queue.put(item, options) : queue[step.start](options),
            );
            attempts.push({ what: step.start, item, attempt });
            if (step.as === "task") await settle();
          }
          expect(maxSize === 0 || queue.size <= maxSize).toBe(true);
        }
        expect(queue.waitingToGet + queue.waitingToPut).toBe(0);
        clock.advance(patienceMs);
        expect(clock.alarms).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});

test("a priority queue without a comparator is refused when it is made", () => {
  for (const options of [undefined, null, "jobs", {}, { compare: "level" }]) {
    expect(() => new PriorityQueue(options as never)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" }),
    );
  }
});

test("a bound in place of options is a TypeError, and no queue without a bound", () => {
  for (const options of [100, null, true]) {
    expect(() => new Queue(options as never)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" }),
    );
  }
});

import { expect, test } from "vitest";
import { Lock } from "./lock.ts";
import { resource } from "./resource.ts";
import { currentTask, onUnretrievedError, spawn } from "./task.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** An opener that writes down what happens; the gate opens when the test says so. */
function connection(name = "db", log: string[] = []) {
  let open: (value: string) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const gate = new Promise<string>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  const connect = resource(
    () => {
      log.push(`open ${name}`);
      return gate;
    },
    (value) => void log.push(`close ${value}`),
    name,
  );
  return { log, gate, connect, open: () => open(name), fail };
}

function opened(name = "db", log: string[] = []) {
  const world = connection(name, log);
  world.open();
  return world;
}

test("X16 it is open in the block and closed at its end", async () => {
  const { log, connect } = opened();
  {
    await using db = await connect();
    log.push(`use ${db.value}`);
  }
  expect(log).toEqual(["open db", "use db", "close db"]);
});

test("X16 it is closed when the block throws, and the error passes", async () => {
  const { log, connect } = opened();
  const block = async () => {
    await using _db = await connect();
    throw new Error("boom");
  };

  await expect(block()).rejects.toThrow("boom");

  expect(log).toEqual(["open db", "close db"]);
});

test("X16 it is closed when the block's task is cancelled", async () => {
  const { log, connect } = opened();
  const lock = new Lock("taken");
  using _hold = await lock.acquire();
  const task = spawn(async () => {
    await using _db = await connect();
    await lock.acquire();
  });
  await turn();

  task.cancel("enough");

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(log).toEqual(["open db", "close db"]);
});

test("X16 opening that fails leaves nothing to close; what was opened before is closed", async () => {
  const log: string[] = [];
  const outer = opened("outer", log);
  const inner = connection("inner", log);
  inner.fail(new Error("refused"));
  const block = async () => {
    await using _outer = await outer.connect();
    await using _inner = await inner.connect();
    log.push("use");
  };

  await expect(block()).rejects.toThrow("refused");

  expect(log).toEqual(["open outer", "open inner", "close outer"]);
});

test("X16 an open that throws at once fails like one that rejects", async () => {
  const connect = resource<string>(
    () => {
      throw new Error("refused");
    },
    () => {},
  );

  await expect(connect()).rejects.toThrow("refused");
});

test("X16 several are closed in reverse order, one after the other", async () => {
  const log: string[] = [];
  const [first, second] = [opened("first", log), opened("second", log)];
  {
    await using _first = await first.connect();
    await using _second = await second.connect();
  }
  expect(log).toEqual(["open first", "open second", "close second", "close first"]);
});

test("X16 an error of closing passes; with one of the block, both are kept", async () => {
  const connect = resource(
    () => Promise.resolve("db"),
    () => Promise.reject(new Error("close failed")),
  );
  const block = async (error?: Error) => {
    await using _db = await connect();
    if (error !== undefined) throw error;
  };

  await expect(block()).rejects.toThrow("close failed");
  await expect(block(new Error("boom"))).rejects.toMatchObject({
    name: "SuppressedError",
    error: { message: "close failed" },
    suppressed: { message: "boom" },
  });
});

test("X16 who is cancelled while it opens does not get it, and it is closed when it is open", async () => {
  const { log, connect, open } = connection();
  const task = spawn(() => connect());
  await turn();

  task.cancel("enough");
  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(log).toEqual(["open db"]);
  open();
  await turn();

  expect(log).toEqual(["open db", "close db"]);
});

test("X16 who is cancelled while it opens does not hear of an opening that fails", async () => {
  const { log, connect, fail } = connection();
  const task = spawn(() => connect());
  await turn();

  task.cancel();
  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  fail(new Error("refused"));
  await turn();

  expect(log).toEqual(["open db"]);
});

test("X16 who is cancelled in the moment in which it is open does not get it, and it is closed", async () => {
  const { log, gate, connect, open } = connection();
  const task = spawn(() => connect());
  await turn();

  void gate.then(() => task.cancel("enough"));
  open();

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  await turn();
  expect(log).toEqual(["open db", "close db"]);
});

test("X16 an error of closing what nobody got is reported, and never fatal", async () => {
  const reports: string[] = [];
  using _listening = onUnretrievedError((error, name) => void reports.push(`${name}: ${String(error)}`));
  for (const early of [true, false]) {
    const { gate, open } = connection();
    const connect = resource(
      () => gate,
      () => Promise.reject(new Error("close failed")),
      "db",
    );
    const task = spawn(() => connect());
    await turn();
    if (early) task.cancel();
    else void gate.then(() => task.cancel());
    open();
    await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
    await turn();
  }

  const report = 'resource "db": Error: close failed';
  expect(reports).toEqual([report, report]);
});

test("X16 a task that cancels itself opens nothing", async () => {
  const { log, connect } = opened();
  const task = spawn(() => {
    currentTask()?.cancel("changed my mind");
    return connect();
  });

  await expect(task).rejects.toMatchObject({ cause: "changed my mind" });
  expect(log).toEqual([]);
});

test("it is closed once, however often it is disposed, and each waits until it is closed", async () => {
  const log: string[] = [];
  const connect = resource(
    () => Promise.resolve("db"),
    async () => {
      log.push("closing");
      await turn();
      log.push("closed");
    },
  );
  const db = await connect();

  await Promise.all([
    db[Symbol.asyncDispose](),
    db[Symbol.asyncDispose]().then(() => log.push("disposed again")),
  ]);
  await db[Symbol.asyncDispose]();

  expect(log).toEqual(["closing", "closed", "disposed again"]);
});

test("each call opens another one, side by side", async () => {
  let count = 0;
  const closed: number[] = [];
  const connect = resource(
    async () => {
      await turn();
      return ++count;
    },
    (id) => void closed.push(id),
  );

  const [first, second] = await Promise.all([connect(), connect()]);
  expect([first.value, second.value]).toEqual([1, 2]);
  await second[Symbol.asyncDispose]();

  expect(closed).toEqual([2]);
});

test("what can't open or can't close is refused before anything is opened", () => {
  const wrong = expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" });

  expect(() => resource(5 as never, () => {})).toThrow(wrong);
  expect(() => resource(async () => 1, 5 as never)).toThrow(wrong);
});

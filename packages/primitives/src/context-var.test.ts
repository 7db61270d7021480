import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { ContextVar } from "./context-var.ts";
import { gather } from "./gather.ts";
import { later, places } from "./oracle/work.ts";
import { spawn } from "./task.ts";
import { taskGroup } from "./task-group.ts";
import { withTimeout } from "./with-timeout.ts";

const module = (name: string) => JSON.stringify(new URL(`./${name}.ts`, import.meta.url));
const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test.each(places)(
  "CV1 a task gets a copy at its creation: later writes are its own, $where",
  async ({ within }) => {
    const user = new ContextVar<string>("user");

    await within(async () => {
      user.set("parent");
      const child = spawn(async () => {
        await turn();
        const seen = user.get();
        user.set("child");
        await turn();
        return [seen, user.get()];
      });
      user.set("parent, later");

      await expect(child).resolves.toEqual(["parent", "child"]);
      expect(user.get()).toBe("parent, later");
    });
  },
);

test.each(places)("CV1 tasks side by side do not see each other's values, $where", async ({ within }) => {
  const user = new ContextVar<string>("user");
  const setter = (name: string) => async () => {
    user.set(name);
    await later(undefined, 2);
    return user.get();
  };

  const seen = within(async () => {
    user.set("parent");
    const children = await gather(["A", "B", "C"].map((name) => setter(name)));
    return [...children, user.get()];
  });

  await expect(seen).resolves.toEqual(["A", "B", "C", "parent"]);
});

test.each(places)(
  "CV2 what a function sets that is called and awaited, its caller sees, $where",
  async ({ within }) => {
    const user = new ContextVar<string>("user");

    const seen = within(async () => {
      user.set("before");
      await (async () => {
        await turn();
        user.set("inside");
      })();
      return user.get();
    });

    await expect(seen).resolves.toBe("inside");
  },
);

test("CV2 inside a task a deadline and a group share the task's values", async () => {
  const user = new ContextVar<string>("user");

  const seen = await spawn(async () => {
    await withTimeout(Infinity, async () => void user.set("in the timeout"));
    const first = user.get();
    await taskGroup(() => void user.set("in the group"));
    return [first, user.get()];
  });

  expect(seen).toEqual(["in the timeout", "in the group"]);
});

test.each(places)(
  "CV3 get gives the value, else the fallback, else the default, else it throws, $where",
  async ({ within }) => {
    const bare = new ContextVar<string>("bare");
    const withDefault = new ContextVar<string | undefined>("with default", "default");

    await within(async () => {
      expect(() => bare.get()).toThrow(
        expect.objectContaining({ code: "ERR_CONTEXT_VALUE", message: expect.stringContaining("bare") }),
      );
      expect(bare.get("fallback")).toBe("fallback");
      expect(withDefault.get()).toBe("default");
      expect(withDefault.get("fallback")).toBe("fallback");
      expect(withDefault.get(undefined)).toBeUndefined();
      const token = withDefault.set(undefined);
      expect(withDefault.get("fallback")).toBeUndefined();
      withDefault.reset(token);
    });
  },
);

test.each(places)("CV4 reset takes a change back, also to having no value, $where", async ({ within }) => {
  const user = new ContextVar<number>("user");

  await within(async () => {
    const first = user.set(1);
    const second = user.set(2);
    user.reset(second);
    expect(user.get()).toBe(1);
    user.reset(first);
    expect(user.get("none" as never)).toBe("none");
  });
});

test.each(places)(
  "CV4 a token that was used, or of another variable or task, is refused, $where",
  async ({ within }) => {
    const user = new ContextVar<number>("user");
    const other = new ContextVar<number>("other");
    const refused = expect.objectContaining({ code: "ERR_CONTEXT_VALUE" });

    await within(async () => {
      const used = user.set(1);
      user.reset(used);
      const token = user.set(2);

      expect(() => user.reset(used)).toThrow(refused);
      expect(() => other.reset(token)).toThrow(refused);
      await spawn(() => expect(() => user.reset(token)).toThrow(refused));
      expect(user.get()).toBe(2);
      user.reset(token);
    });
  },
);

// In JavaScript a callback has no copy of its own: it runs with the values of the task that set it up.
test("CV5 a callback has the values of its task; its writes do not leak to another that awaits it", async () => {
  const user = new ContextVar<string>("user", "nobody");
  let seen: string | undefined;
  const called = spawn(
    () =>
      new Promise<void>((resolve) => {
        user.set("who scheduled it");
        setImmediate(() => {
          seen = user.get();
          user.set("callback");
          resolve();
        });
      }),
  );

  const awaiting = spawn(async () => {
    user.set("who awaits it");
    await called;
    return user.get();
  });

  await expect(awaiting).resolves.toBe("who awaits it");
  expect(seen).toBe("who scheduled it");
  expect(user.get()).toBe("nobody");
});

test("CV7 nothing crosses to a thread by itself: no value, no task", async () => {
  const user = new ContextVar<string>("user", "nobody");
  const script = `Promise.all([import(${module("context-var")}), import(${module("task")})])
    .then(([{ ContextVar }, { currentTask }]) => [new ContextVar("user", "nobody").get(), typeof currentTask()])
    .then((seen) => require("node:worker_threads").parentPort.postMessage(seen));`;

  const seen = await spawn(async () => {
    user.set("alice");
    const [message] = (await once(new Worker(script, { eval: true }), "message")) as [unknown];
    return [message, user.get()];
  });

  expect(seen).toEqual([["nobody", "undefined"], "alice"]);
});

test.each(places)("CV9 a generator shares its consumer's values, both ways, $where", async ({ within }) => {
  const user = new ContextVar<string>("user");
  async function* generator() {
    user.set("from the generator");
    yield "first";
    await turn();
    yield user.get();
  }

  const seen = within(async () => {
    const all: [string, string][] = [];
    user.set("consumer");
    for await (const value of generator()) {
      all.push([value, user.get()]);
      if (value === "first") user.set("consumer again");
    }
    return all;
  });

  await expect(seen).resolves.toEqual([
    ["first", "from the generator"],
    ["consumer again", "consumer again"],
  ]);
});

test("CV10 the copy is shallow: an object that is a value is shared", async () => {
  const counter = new ContextVar<{ n: number }>("counter");
  const increment = () => void counter.get().n++;

  const counted = await spawn(async () => {
    counter.set({ n: 0 });
    await gather([increment, increment]);
    return counter.get();
  });

  expect(counted).toEqual({ n: 2 });
});

test("X18 a frozen value can be shared safely: writing it throws, in every task; what it refers to is not frozen", async () => {
  const settings = new ContextVar<{ readonly limit: number; readonly hosts: string[] }>("settings");

  const seen = await spawn(async () => {
    settings.set(Object.freeze({ limit: 1, hosts: ["a"] }));
    await spawn(() => {
      expect(() => Object.assign(settings.get(), { limit: 2 })).toThrow(TypeError);
      settings.get().hosts.push("b");
    });
    return settings.get();
  });

  expect(seen).toEqual({ limit: 1, hosts: ["a", "b"] });
});

test("what is no token is a TypeError, and changes nothing", () => {
  const user = new ContextVar("user", "nobody");
  const token = user.set("alice");

  for (const other of [undefined, null, 5, {}]) {
    expect(() => user.reset(other as never)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" }),
    );
  }

  expect(user.get()).toBe("alice");
  user.reset(token);
});

import { spawnSync } from "node:child_process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { Lock, Shared, spawn, type Task } from "@holdup/primitives";
import { noFindings, settled, type FindingsError, type NoFindingsOptions } from "./index.ts";

async function nest(outer: Lock, inner: Lock): Promise<void> {
  using _outer = await outer.acquire();
  await settled();
  using _inner = await inner.acquire();
}

async function checked(body: () => unknown, options?: NoFindingsOptions): Promise<string> {
  await using _check = noFindings(options);
  await body();
  return "passed";
}

test("a test that leaves a deadlock behind fails at once, with who waits for what and what to do", async () => {
  const [a, b] = [new Lock("a"), new Lock("b")];
  const stuck: Task<void>[] = [];
  const begun = performance.now();

  const failed = checked(async () => {
    stuck.push(
      spawn(() => nest(a, b), { name: "A" }),
      spawn(() => nest(b, a), { name: "B" }),
    );
    await settled();
    await settled();
  });

  await expect(failed).rejects.toMatchObject({
    code: "ERR_FINDINGS",
    name: "FindingsError",
    message: expect.stringMatching(/^deadlock: .*A .*no-findings\.test\.ts:\d+.*\n {2}take .*/m),
  });
  expect(performance.now() - begun).toBeLessThan(1000);
  for (const task of stuck) task.cancel();
});

test("it fails for what could have gone wrong, too: an inversion, a lost update", async () => {
  const [a, b] = [new Lock("a"), new Lock("b")];
  const counter = new Shared(0, "counter");
  const add = async () => {
    const value = counter.get();
    await settled();
    counter.set(value + 1);
  };

  const failed = checked(async () => {
    await spawn(() => nest(a, b));
    await spawn(() => nest(b, a));
    await Promise.all([spawn(add), spawn(add)]);
  });

  const error: unknown = await failed.catch((thrown: unknown) => thrown);
  expect((error as FindingsError).findings.map(({ kind }) => kind).toSorted()).toEqual([
    "lock-order-inversion",
    "lost-update",
  ]);
});

test("with a collector of garbage it finds holds that were dropped", async () => {
  setFlagsFromString("--expose-gc");
  const { gc } = globalThis;
  globalThis.gc = runInNewContext("gc") as NodeJS.GCFunction;
  const lock = new Lock("accounts");
  // Libraries watch objects of theirs: their finalizers come before.
  const others = Array.from({ length: 100 }, () => new FinalizationRegistry(() => {}));
  try {
    const failed = checked(async () => {
      for (const other of others) other.register({}, undefined);
      await lock.acquire();
    });
    await expect(failed).rejects.toThrow('leaked-hold: hold of lock "accounts"');
  } finally {
    globalThis.gc = gc;
  }
});

test("a test passes with what is all right, and with what is allowed", async () => {
  const [a, b] = [new Lock("a"), new Lock("b")];
  const inversion = async () => {
    await spawn(() => nest(a, b));
    await spawn(() => nest(b, a));
  };

  expect(await checked(() => Promise.all([spawn(() => nest(a, b)), spawn(() => nest(a, b))]))).toBe("passed");
  expect(await checked(inversion, { allow: ({ primitives }) => primitives.includes("a") })).toBe("passed");
  expect(await checked(inversion, { kinds: ["deadlock"] })).toBe("passed");
});

test("what the test itself threw is not lost", async () => {
  const failed = checked(async () => {
    await spawn(() => nest(new Lock("a"), new Lock("b")));
    await spawn(() => nest(new Lock("b"), new Lock("a")));
    throw new Error("the test's own");
  });

  await expect(failed).rejects.toMatchObject({
    error: { code: "ERR_FINDINGS" },
    suppressed: { message: "the test's own" },
  });
});

test("it works in node:test, and with --expose-gc", () => {
  const program = `
    import { test } from "node:test";
    import { Lock, spawn } from "@holdup/primitives";
    import { noFindings } from "@holdup/testing";
    const [a, b] = [new Lock("a"), new Lock("b")];
    const nest = (outer, inner) => spawn(() => outer.run(() => inner.run(() => {})));
    test("wrong", async () => {
      await using check = noFindings();
      await nest(a, b);
      await nest(b, a);
    });
    test("leaky", async () => {
      await using check = noFindings();
      await spawn(async () => void (await new Lock("leaky").acquire()));
    });
    test("right", async () => {
      await using check = noFindings();
      await nest(a, b);
    });`;

  const { stdout } = spawnSync(
    process.execPath,
    ["--conditions=@holdup/source", "--expose-gc", "--input-type=module", "--eval", program],
    { cwd: import.meta.dirname, encoding: "utf8", env: { ...process.env, NODE_OPTIONS: "" } },
  );

  expect(stdout).toMatch(/lock-order-inversion: .* takes "b" while holding "a"/);
  expect(stdout).toContain('leaked-hold: hold of lock "leaky"');
  expect(stdout).toMatch(/pass 1\n.*fail 2/);
});

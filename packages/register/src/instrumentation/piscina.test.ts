import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Piscina } from "piscina";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Patches } from "./patches.ts";
import { askers, runWrapped, timeout } from "../testing/wrapped-program.ts";
import { counts, Wrapping } from "../testing/wrapping.ts";
import { piscina } from "./piscina.ts";

const filename = fileURLToPath(new URL("../testing/programs/double.cjs", import.meta.url));
const require = createRequire(import.meta.url);
const within = "piscina/dist/task_queue/index.js";
const bare = require("piscina") as typeof Piscina;
const tasks = require(join(dirname(require.resolve("piscina")), "task_queue/index.js")) as object;

// The file within is wrapped when the program loads it; here it was loaded before.
const patches = new Patches();
beforeAll(() => void piscina.modules?.[0]?.files?.[within]?.(tasks, patches));
afterAll(() => patches.undo());

const options = { filename, minThreads: 1, maxThreads: 1, execArgv: [] };

test.each([
  { form: "mjs", shift: 0 },
  { form: "cjs", shift: 1 },
])(
  "in a program ($form) every pool is named after its line, and its users are counted",
  { timeout },
  async ({ form, shift }) => {
    const named = await runWrapped(`piscina.${form}`);
    const name = `piscina@piscina.${form}:${5 + shift}`;

    expect(Object.keys(named)).toEqual([name]);
    expect(named[name]).toMatchObject({ type: "pool", operations: 4, contended: 2, unattributedMs: 0 });
    expect(askers(named[name])).toEqual({ [6 + shift]: 1, [7 + shift]: 3 });
  },
);

test(
  "who holds and who waits are the lines that ran; who is aborted, or turned away, neither waits nor holds",
  { timeout },
  async () => {
    using wrapping = new Wrapping(piscina, bare);
    const pool = new wrapping.exports({ ...options, maxQueue: 2 });
    const abort = new AbortController();
    const holder = () => pool.run(1);
    const waiter = () => pool.run(2);
    const hasty = () => pool.run(3, { signal: abort.signal });

    const all = [holder(), waiter()];
    const late = hasty();
    const { holders, waiters } = wrapping.only;
    expect(holders.map(({ site }) => site?.functionName)).toEqual(["holder"]);
    expect(waiters.map(({ site }) => site?.functionName)).toEqual(["waiter", "hasty"]);
    await expect(pool.run(4)).rejects.toThrow("Task queue is at limit");
    abort.abort();
    await expect(late).rejects.toMatchObject({ name: "AbortError" });

    expect(await Promise.all(all)).toEqual([2, 4]);
    await pool.destroy();
    await expect(pool.run(5, { signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
    expect(counts(wrapping.only)).toEqual({ operations: 5, contended: 2, holds: 2, holding: 0, waiting: 0 });
  },
);

test("destroying the pool ends every wait and every hold", { timeout }, async () => {
  using wrapping = new Wrapping(piscina, bare);
  const pool = new wrapping.exports(options);
  const all = [pool.run(1), pool.run(2)].map((result) => result.catch(() => "terminated"));
  await pool.destroy();
  await Promise.all(all);
  expect(counts(wrapping.only)).toMatchObject({ contended: 1, holding: 0, waiting: 0 });
});

test("the class stays what it is, subclasses too, and unwrapping restores it", { timeout }, async () => {
  const before = Object.getOwnPropertyDescriptors(bare.prototype);
  {
    using wrapping = new Wrapping(piscina, bare);
    class Named extends wrapping.exports {}
    const named = new Named(options);
    expect(named).toBeInstanceOf(Named);
    expect(named).toBeInstanceOf(bare);
    expect([wrapping.exports.name, wrapping.exports.length]).toEqual([bare.name, bare.length]);
    expect([bare.prototype.run.name, bare.prototype.run.length]).toEqual(["run", 1]);
    expect(await named.run(3)).toBe(6);
    await named.destroy();
  }
  expect(Object.getOwnPropertyDescriptors(bare.prototype)).toEqual(before);
});

test("a wrapped pool gives the same results in the same order", { timeout }, async () => {
  const expected = await run(bare);
  using wrapping = new Wrapping(piscina, bare);
  expect(await run(wrapping.exports)).toEqual(expected);
});

async function run(Pool: typeof bare): Promise<unknown[]> {
  const notes: unknown[] = [];
  const pool = new Pool(options);
  const runs = [1, 2, 3, 4].map(async (value) => notes.push(await pool.run(value)));
  const bad = pool.run(1, { filename: join(filename, "no-such-file.cjs") });
  runs.push(bad.catch(({ name }: Error) => notes.push(name)));
  await Promise.all(runs);
  await pool.destroy();
  return notes;
}

import { spawnSync } from "node:child_process";
import { appendFile, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Journal } from "./journal.ts";
import type { JournalRecord } from "./journal-record.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const now = 1_800_000_000_000;
const minutes = 60_000;

function record(token: string, time = now): JournalRecord {
  return { token, time, content: Buffer.from(`content of ${token}`) };
}

async function tokens(journal: Journal): Promise<[number, string][]> {
  const found: [number, string][] = [];
  for await (const { sequence, token } of journal.read()) found.push([sequence, token]);
  return found;
}

async function segments(folder: string): Promise<string[]> {
  return (await readdir(folder)).toSorted().map((name) => join(folder, name));
}

/** A journal that was filled and closed. */
async function filled(folder: string, names: readonly string[], segmentBytes?: number): Promise<void> {
  const journal = await Journal.open(folder, { segmentBytes });
  for (const name of names) await journal.append(record(name), () => {});
  await journal.close();
}

test("what was appended is there after a restart, in order, and numbers go on", async () => {
  await using folder = await temporaryFolder();
  await filled(folder.path, ["a", "b"]);

  const again = await Journal.open(folder.path);
  const numbers: number[] = [];
  await again.append(record("c"), (sequence) => numbers.push(sequence));
  await again.close();

  expect(numbers).toEqual([3]);
  const third = await Journal.open(folder.path);
  expect(third.recovered).toEqual({ records: 3, lostBytes: 0 });
  expect(await tokens(third)).toEqual([
    [1, "a"],
    [2, "b"],
    [3, "c"],
  ]);
  const { value: first } = await third.read().next();
  expect(first).toMatchObject({ time: now, content: Buffer.from("content of a") });
});

test("many appends at once are kept in the order of asking, before any of them is acknowledged", async () => {
  await using folder = await temporaryFolder();
  const journal = await Journal.open(folder.path);
  const kept: number[] = [];
  const names = Array.from({ length: 500 }, (_, i) => `${i}`);
  await Promise.all(
    names.map(async (name) => {
      let own = 0;
      await journal.append(record(name), (sequence) => kept.push((own = sequence)));
      expect(kept).toContain(own);
    }),
  );
  await journal.close();

  expect(kept).toEqual(names.map((_, i) => i + 1));
  expect((await tokens(await Journal.open(folder.path))).map(([, token]) => token)).toEqual(names);
});

test("an end that was cut off in the middle of a record is cut back to the last whole one", async () => {
  await using folder = await temporaryFolder();
  await filled(folder.path, ["a", "b"]);
  const [path = ""] = await segments(folder.path);
  const { size } = await stat(path);

  for (let left = size - 1; left > size / 2; left -= 7) {
    const bytes = await readFile(path);
    await truncate(path, left);
    const journal = await Journal.open(folder.path);
    expect(await tokens(journal)).toEqual([[1, "a"]]);
    expect(journal.recovered).toEqual({ records: 1, lostBytes: left - size / 2 });
    expect((await stat(path)).size).toBe(size / 2);
    await writeFile(path, bytes);
  }
});

test("bytes that no journal wrote are cut off, and the segments after them are read", async () => {
  await using folder = await temporaryFolder();
  await filled(folder.path, ["a", "b", "c"], 1);
  const [first = "", second = ""] = await segments(folder.path);
  await appendFile(first, Buffer.alloc(100, 7));
  const damaged = await readFile(second);
  damaged[damaged.length - 1] = 0;
  await writeFile(second, damaged);

  const journal = await Journal.open(folder.path);
  expect(await tokens(journal)).toEqual([
    [1, "a"],
    [3, "c"],
  ]);
  expect(journal.recovered).toEqual({ records: 2, lostBytes: 100 + damaged.length });
  expect((await Journal.open(folder.path)).recovered.lostBytes).toBe(0);
});

test("numbers go on after those that are known elsewhere, though the journal is gone", async () => {
  await using folder = await temporaryFolder();
  const journal = await Journal.open(folder.path);
  journal.begin(41);
  const numbers: number[] = [];
  await journal.append(record("a"), (sequence) => numbers.push(sequence));
  expect(numbers).toEqual([42]);
  await journal.close();
});

test("segments go when all of them is kept elsewhere and too old to be sent again", async () => {
  await using folder = await temporaryFolder();
  const journal = await Journal.open(folder.path, { segmentBytes: 1 });
  for (const [i, name] of ["a", "b", "c"].entries()) {
    await journal.append(record(name, now + i * minutes), () => {});
  }

  await journal.forget(1, now + 60 * minutes);
  expect(await segments(folder.path)).toHaveLength(2);
  expect(journal.isSpent(3, now + 60 * minutes)).toBe(true);
  await journal.forget(3, now + 60 * minutes);
  // The one that is written to stays.
  expect(await segments(folder.path)).toHaveLength(1);
  await journal.close();
});

test("of what is kept elsewhere only the tokens stay, until they are too old", async () => {
  await using folder = await temporaryFolder();
  const large = (token: string): JournalRecord => ({ ...record(token), content: Buffer.alloc(10_000, 1) });
  const journal = await Journal.open(folder.path, { segmentBytes: 25_000 });
  for (const name of ["a", "b", "c", "d"]) await journal.append(large(name), () => {});
  expect(journal.isSpent(2, now)).toBe(false);
  expect([journal.isSpent(3, now), journal.bytes > 40_000]).toEqual([true, true]);

  await journal.forget(3, now);

  const onDisk = async (): Promise<number> =>
    (await Promise.all((await segments(folder.path)).map((path) => stat(path)))).reduce(
      (sum, { size }) => sum + size,
      0,
    );
  expect([journal.isSpent(4, now), journal.bytes]).toEqual([false, await onDisk()]);
  expect(journal.bytes).toBeLessThan(11_000);
  await writeFile(join(folder.path, "1.journal.draft"), "of a crash");
  await journal.close();
  const again = await Journal.open(folder.path);
  expect(await tokens(again)).toEqual([
    [1, "a"],
    [2, "b"],
    [3, "c"],
    [4, "d"],
  ]);
  const contents: number[] = [];
  for await (const { content } of again.read()) contents.push(content.length);
  expect(contents).toEqual([0, 0, 0, 10_000]);
  expect(again.recovered).toEqual({ records: 4, lostBytes: 0 });
  expect(await readdir(folder.path)).toHaveLength(2);
  await again.forget(4, now + 11 * minutes);
  expect([await segments(folder.path), again.bytes]).toEqual([[], 0]);
});

test("a folder that can't be made is an error that says so", async () => {
  await using folder = await temporaryFolder();
  await writeFile(join(folder.path, "file"), "");
  await expect(Journal.open(join(folder.path, "file", "journal"))).rejects.toMatchObject({
    code: "ERR_STORE",
    message: expect.stringMatching(/^The journal .* can't be written; make it writable \(.*\)\.$/),
  });
});

test("what the disk has no room for is refused whole, and what fits later is taken", async () => {
  await using folder = await temporaryFolder();
  // A file may not grow beyond 64 KiB: the kernel writes what fits and fails then, as a full disk does.
  const program = `
    import { Journal } from ${JSON.stringify(new URL("journal.ts", import.meta.url).href)};
    const journal = await Journal.open(${JSON.stringify(folder.path)});
    const take = (token, size) => journal
      .append({ token, time: ${now}, content: Buffer.alloc(size, 1) }, () => {})
      .then(() => token + " kept", (error) => token + " " + error.code);
    console.log(await take("a", 1_000));
    console.log((await Promise.all([take("b", 30_000), take("c", 30_000), take("d", 30_000)])).join());
    console.log(await take("e", 1_000));
    await journal.close();`;
  const limited = `ulimit -f 64; exec "$0" --conditions=@holdup/source --input-type=module -e "$1"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", limited, process.execPath, program], {
    encoding: "utf8",
  });

  expect(stdout.trim().split("\n"), stderr).toEqual(["a kept", "b kept,c EFBIG,d EFBIG", "e kept"]);
  const journal = await Journal.open(folder.path);
  expect(journal.recovered).toEqual({ records: 3, lostBytes: 0 });
  expect(await tokens(journal)).toEqual([
    [1, "a"],
    [2, "b"],
    [3, "e"],
  ]);
});

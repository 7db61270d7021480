import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { clearRecordings } from "./bench-folder.ts";

/** The folder of recordings of a bench of two rounds. */
function written(): string {
  const folder = mkdtempSync(join(tmpdir(), "holdup-bench-folder-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const run of ["base/a1-base", "base/b2-again", "head/a1-head"]) {
    mkdirSync(join(folder, run), { recursive: true });
    writeFileSync(join(folder, run, "contention.json"), "{}");
    writeFileSync(join(folder, run, "cpu.cpuprofile"), "{}");
  }
  return folder;
}

test("what a bench recorded before is cleared", async () => {
  const folder = written();

  await clearRecordings(folder);

  expect(readdirSync(folder)).toEqual([]);
});

test("a folder that is not there yet is made", async () => {
  const folder = join(written(), "deeper/recordings");

  await clearRecordings(folder);

  expect(existsSync(folder)).toBe(true);
});

for (const foreign of ["notes.txt", "base/notes", "head/a1-base", "head/a1-head/notes.txt"]) {
  test(`${foreign}, which no bench wrote, is refused, and everything is left where it is`, async () => {
    const folder = written();
    if (foreign.endsWith(".txt")) writeFileSync(join(folder, foreign), "mine");
    else mkdirSync(join(folder, foreign));

    const [name] = foreign.split("/").slice(-1);
    await expect(clearRecordings(folder)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(
        new RegExp(`^${folder}\\S* has ${name} in it, which no bench wrote; give another folder with --out$`),
      ) as string,
    });
    expect(existsSync(join(folder, foreign))).toBe(true);
    expect(existsSync(join(folder, "base/a1-base/contention.json"))).toBe(true);
  });
}

test("a file where the folder should be is one sentence", async () => {
  const file = join(written(), "base/a1-base/contention.json");

  await expect(clearRecordings(file)).rejects.toMatchObject({ exitCode: 2 });
});

import { execFile, type ExecFileException } from "node:child_process";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { Semaphore } from "@holdup/primitives";
import { difference } from "./expectation.ts";

/** How many programs run at once; most of them sleep most of the time. */
export const defaultAtOnce = 10;

/** Milliseconds after which a program that has not ended is stopped. */
export const defaultPatienceMs = 30_000;

const book = join(import.meta.dirname, "..");

// Reading the sources takes four times as long as running them, unless what came of it is kept.
const env = { ...process.env, NODE_COMPILE_CACHE: join(book, "node_modules/.cache/compiled") };

// Node 22 can't read `using` in the sources: there the compiled programs run.
const readsSources = Number.parseInt(process.versions.node, 10) >= 24;

/** All programs by name, in the order of the book: those with a source, and those with an expectation. */
export function programNames(): string[] {
  const files = [...readdirSync(join(book, "src")), ...readdirSync(join(book, "expected"))];
  const names = files
    .filter((file) => /^\d.*\.(?:ts|txt)$/u.test(file))
    .map((file) => file.replace(/\.\w+$/u, ""));
  return [...new Set(names)].toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Runs programs, a few at once; gives for each what is wrong with it, or nothing. */
export function checkPrograms(names: readonly string[]): Map<string, Promise<string>> {
  const turns = new Semaphore(defaultAtOnce, "programs");
  return new Map(names.map((name) => [name, turns.run(() => check(name))]));
}

async function check(name: string): Promise<string> {
  const [expected, { printed, complaint }] = await Promise.all([expectationOf(name), outputOf(name)]);
  return [difference(expected, printed), complaint].filter((part) => part !== "").join("\n");
}

async function expectationOf(name: string): Promise<string> {
  try {
    return await readFile(join(book, "expected", `${name}.txt`), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return `(there is no expected/${name}.txt)`;
  }
}

interface Output {
  readonly printed: string;
  /** What it wrote to stderr, and how it ended if not well; empty if all is well. */
  readonly complaint: string;
}

function outputOf(name: string): Promise<Output> {
  const args = ["--disable-warning=ExperimentalWarning", ...fileOf(name)];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env, timeout: defaultPatienceMs }, (error, printed, stderr) => {
      const end = error === null ? [] : [endOf(error)];
      resolve({ printed, complaint: [stderr.trimEnd(), ...end].filter((part) => part !== "").join("\n") });
    });
  });
}

function fileOf(name: string): string[] {
  if (readsSources) return ["--conditions=@holdup/source", join(book, "src", `${name}.ts`)];
  return [join(book, "dist", `${name}.js`)];
}

function endOf({ killed, code }: ExecFileException): string {
  return killed === true
    ? `stopped: not done after ${defaultPatienceMs} ms`
    : `ended with code ${String(code)}`;
}

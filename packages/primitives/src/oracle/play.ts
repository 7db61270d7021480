import { readFileSync } from "node:fs";
import { isCancelled } from "../errors.ts";
import { playerOf, type Program, type ReleaseBy, type Step } from "./players.ts";

/** All recorded programs. */
export const programs: readonly Program[] = readFileSync(new URL("corpus.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Program);

// What CPython calls the errors of ours.
const pythonNames: Record<string, string> = {
  NotHeldError: "RuntimeError",
  RangeError: "ValueError",
  QueueEmptyError: "QueueEmpty",
  QueueFullError: "QueueFull",
  QueueShutDownError: "QueueShutDown",
};

function nameOf(error: unknown): string {
  if (isCancelled(error)) return "cancelled";
  const { name } = error as Error;
  return pythonNames[name] ?? name;
}

/** Plays a program; returns its steps as this package ran them. */
export async function play(program: Program, releaseBy: ReleaseBy = "hold"): Promise<Omit<Step, "ops">[]> {
  const player = playerOf(program, releaseBy);
  const aborts = new Map<string, AbortController>();
  const steps: Omit<Step, "ops">[] = [];
  let done: Step["done"] = [];
  for (const { ops } of program.steps) {
    const sync: Step["sync"] = [];
    done = [];
    player.before?.(ops);
    for (const op of ops) {
      const [name, id] = op as [string, string];
      if (name === "cancel") {
        aborts.get(id)?.abort();
        continue;
      }
      const abort = new AbortController();
      const started = player.start(op, abort.signal);
      if (started === undefined) {
        // Events and conditions have no answers to compare.
        const answer = answerOf(() => player.call(op));
        if (!["event", "condition", "barrier"].includes(program.kind)) sync.push(answer);
        continue;
      }
      aborts.set(id, abort);
      started.then(
        (value) => done.push(value === undefined ? [id, "ok"] : [id, "ok", value]),
        (error: unknown) => done.push([id, nameOf(error)]),
      );
    }
    player.after?.();
    for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => void setImmediate(resolve));
    steps.push({ sync, done, state: player.state() });
  }
  return steps;
}

function answerOf(call: () => unknown): [string, unknown?] {
  try {
    return ["ok", call() ?? null];
  } catch (error) {
    return [nameOf(error)];
  }
}

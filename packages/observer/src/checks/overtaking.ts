import type { Check, World } from "../check.ts";
import { duration } from "../explanation.ts";
import type { Diagnosis } from "../findings.ts";
import type { WaitNote } from "../notes.ts";
import { at, whoIs } from "./wording.ts";

/** What waits in line here; the rest is done side by side, and may end in any order. */
const lines: ReadonlySet<string> = new Set(["lock", "rwlock", "semaphore", "queue", "pool"]);

/** From so many on that went first it is told. */
const many = 10;
/** It starves when so many went first within a second, or `many` within five. */
const veryMany = 100;
const longMs = 1000;
const veryLongMs = 5000;

/** Waits that are kept in mind. */
const mostWaits = 1000;

type Kind = "overtaking" | "starvation" | "writer-starvation";

interface Passed {
  /** How many readers went before this writer. */
  readers: number;
  told: Kind | undefined;
}

/** Those that came later go first; where that does not end, who came first starves. */
export class OvertakingCheck implements Check {
  readonly #passed = new Map<WaitNote, Passed>();

  overtook(note: WaitNote, operation: string): void {
    if (!lines.has(note.instance.totals.type)) return;
    let passed = this.#passed.get(note);
    if (passed === undefined) {
      if (this.#passed.size === mostWaits) return;
      passed = { readers: 0, told: undefined };
      this.#passed.set(note, passed);
    }
    if (note.operation === "write" && operation === "read") passed.readers++;
  }

  *look(world: World): Iterable<Diagnosis> {
    for (const [note, passed] of this.#passed) {
      const ended = !Number.isNaN(note.grantedAt);
      const stalledMs = world.stalledSince(note.startedAt);
      const ms = (ended ? note.grantedAt : world.at) - note.startedAt - stalledMs;
      const kind = kindOf(note, passed, ms);
      if (ended) this.#passed.delete(note);
      if (kind === undefined || kind === passed.told) continue;
      passed.told = kind;
      yield diagnose(kind, note, passed, ms, world);
    }
  }
}

function kindOf({ overtaken }: WaitNote, { readers }: Passed, ms: number): Kind | undefined {
  if (readers >= many && ms >= longMs) return "writer-starvation";
  if (overtaken >= veryMany && ms >= longMs) return "starvation";
  if (overtaken < many) return undefined;
  return ms >= veryLongMs ? "starvation" : "overtaking";
}

function diagnose(kind: Kind, note: WaitNote, { readers }: Passed, ms: number, { siteOf }: World): Diagnosis {
  const { name, type } = note.instance.totals;
  const site = siteOf(note.capture);
  const passers =
    kind === "writer-starvation" ? `${readers} readers that came later` : `${note.overtaken} that came later`;
  return {
    kind,
    severity: kind === "overtaking" ? "info" : "warning",
    message: `${passers} went before ${note.operation} "${name}"${at(site)} by ${whoIs(note.task)}, which has waited for ${duration(ms)}`,
    advice:
      type === "queue"
        ? `who waits for a queue has no claim, and whoever asks before it runs goes first: have "${name}" taken from in one place, or by tasks that all wait`
        : `higher priorities always go first: give what has waited long a higher one, or do without priorities for "${name}"`,
    primitives: [name],
    sites: [site],
  };
}

import { currentTask, now, type Subject, type Task } from "@holdup/primitives";
import { Budget } from "../budget.ts";
import type { Capture } from "../call-site.ts";
import type { Check, World } from "../check.ts";
import type { Diagnosis } from "../findings.ts";
import { lowCardinality } from "../low-cardinality.ts";
import { at, whoIs } from "./wording.ts";

/** What is known of one shared state. */
interface State {
  /** How often it was written, and by whom last. */
  version: number;
  writer: string;
  writtenAt: Capture | undefined;
  readonly reads: WeakMap<Task<unknown>, Read>;
}

/** The last read of one task. */
interface Read {
  version: number;
  capture: Capture | undefined;
}

interface Loss {
  readonly subject: Subject;
  /** Who set what is lost, and who set over it. */
  readonly loser: string;
  readonly winner: string;
  readonly read: Capture | undefined;
  readonly lost: Capture | undefined;
  readonly set: Capture | undefined;
}

/** The version of a read whose value was used: the task has set the state since. */
const used = -1;

/** Stacks captured a second. */
const capturesPerSecond = 200;

/** Losses kept until the next look. */
const mostLosses = 64;

/** Names of which a finding with all its lines is remembered. */
const mostNames = 200;

/** A task gets `Shared` state, another one sets it, then the first sets it, too: what the other one set is lost. */
export class LostUpdateCheck implements Check {
  readonly #states = new WeakMap<Subject, State>();
  readonly #budget = new Budget(capturesPerSecond);
  #losses: Loss[] = [];
  // What was found with all its lines stands for the same thing found without.
  readonly #known = new Map<string, Diagnosis>();

  read(subject: Subject, capture: () => Capture): void {
    const task = currentTask();
    if (task === undefined) return;
    const { version, reads } = this.#stateOf(subject);
    const site = this.#budget.take(now()) ? capture() : undefined;
    const before = reads.get(task);
    if (before === undefined) reads.set(task, { version, capture: site });
    else {
      before.version = version;
      before.capture = site;
    }
  }

  wrote(subject: Subject, capture: () => Capture): void {
    const task = currentTask();
    const state = this.#stateOf(subject);
    const site = task !== undefined && this.#budget.take(now()) ? capture() : undefined;
    const read = task && state.reads.get(task);
    if (read !== undefined && read.version !== used) {
      if (read.version !== state.version) this.#lost(subject, state, whoIs(task), read.capture, site);
      read.version = used;
      read.capture = undefined;
    }
    state.version++;
    state.writer = whoIs(task);
    state.writtenAt = site;
  }

  *look(world: World): Iterable<Diagnosis> {
    const losses = this.#losses;
    this.#losses = [];
    for (const loss of losses) yield this.#withLines(diagnose(loss, world));
  }

  #lost(
    subject: Subject,
    state: State,
    winner: string,
    read: Capture | undefined,
    set: Capture | undefined,
  ): void {
    if (this.#losses.length === mostLosses) return;
    this.#losses.push({ subject, loser: state.writer, winner, read, lost: state.writtenAt, set });
  }

  #withLines(diagnosis: Diagnosis): Diagnosis {
    const name = diagnosis.primitives.join();
    if (diagnosis.sites.includes(null)) return this.#known.get(name) ?? diagnosis;
    if (this.#known.size < mostNames) this.#known.set(name, diagnosis);
    return diagnosis;
  }

  #stateOf(subject: Subject): State {
    let state = this.#states.get(subject);
    if (state === undefined) {
      state = { version: 0, writer: "", writtenAt: undefined, reads: new WeakMap() };
      this.#states.set(subject, state);
    }
    return state;
  }
}

function diagnose({ subject, loser, winner, ...captures }: Loss, { siteOf }: World): Diagnosis {
  const name = subject.named ? lowCardinality(subject.name) : subject.name;
  const [read, lost, set] = [siteOf(captures.read), siteOf(captures.lost), siteOf(captures.set)];
  return {
    kind: "lost-update",
    severity: "error",
    message:
      `${winner} read "${name}"${at(read)}, ${loser} set it${at(lost)}, and ${winner} set it${at(set)} ` +
      `by what it had read: what ${loser} set is lost`,
    advice: `use update(), which gets and sets in one go, or hold one lock from get() to set() wherever "${name}" changes`,
    primitives: [name],
    sites: [read, lost, set],
  };
}

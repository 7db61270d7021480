import { now } from "@holdup/primitives";
import type { Finding, Outcome, Site } from "@holdup/protocol";
import type { Totals } from "./totals.ts";

/**
 * The last seconds of a program, as plain data: who waited and who held, when, and who handed over to whom. Times ending
 * in `Ms` are milliseconds since `start`; negative: it began earlier.
 */
export interface FlightRecording {
  readonly version: 1;
  /** Unix ms. Since then no wait is missing, nor any hold that someone waited for. */
  readonly start: number;
  /** Unix ms. */
  readonly end: number;
  readonly primitives: readonly { readonly type: string; readonly name: string }[];
  readonly tasks: readonly { readonly id: number; readonly name: string }[];
  readonly sites: readonly Site[];
  readonly holds: readonly FlightHold[];
  readonly waits: readonly FlightWait[];
  /** Those that were seen last in this time. */
  readonly findings: readonly Finding[];
}

/** What a hold and a wait have in common. */
interface FlightInterval {
  /** Index in `primitives`. Several instances may have one name. */
  readonly primitive: number;
  readonly instance: number;
  /** Index in `tasks`; null outside of tasks. */
  readonly task: number | null;
  readonly operation: string;
  /** Index in `sites`; null: it was not looked up. */
  readonly site: number | null;
  readonly startMs: number;
  /** What is open ends with the recording. */
  readonly endMs: number;
}

/** Somebody held. */
export interface FlightHold extends FlightInterval {
  readonly id: number;
  readonly open: boolean;
  /** Whether anyone waited for it. */
  readonly contended: boolean;
}

/** Somebody waited. From the grant to the end its code stood ready to run on. */
export interface FlightWait extends FlightInterval {
  readonly outcome: Outcome | "pending";
  /** Null: not granted. */
  readonly grantedMs: number | null;
  /** Id of the hold whose end handed over to it, and of the hold that it got; it need not be in the recording. */
  readonly handedOverBy: number | null;
  readonly hold: number | null;
}

interface RawInterval {
  readonly totals: Totals;
  readonly instance: number;
  readonly task: number;
  readonly taskName: string;
  readonly operation: string;
  readonly site: Site | null;
  readonly startedAt: number;
  readonly endedAt: number;
}

interface RawHold extends RawInterval {
  readonly id: number;
  readonly open: boolean;
  readonly contended: boolean;
}

interface RawWait extends RawInterval {
  readonly grantedAt: number;
  readonly outcome: FlightWait["outcome"];
  readonly handedOverBy: number;
  readonly hold: number;
}

/** Puts a recording together. What comes in has the clock's times, and 0 for what there is not. */
export class RecordingBuilder {
  readonly #at: number;
  readonly #from: number;
  readonly #primitives = new Table<Totals, FlightRecording["primitives"][number]>();
  readonly #tasks = new Table<number, FlightRecording["tasks"][number]>();
  readonly #sites = new Table<Site, Site>();
  readonly #holds: FlightHold[] = [];
  readonly #waits: FlightWait[] = [];

  /** `from`: where it starts; what ended before is left out. */
  constructor(at: number, from: number) {
    this.#at = at;
    this.#from = from;
  }

  // Written out, and not put together of parts: there are tens of thousands, and the program stands still.
  hold(raw: RawHold): void {
    if (raw.endedAt < this.#from) return;
    this.#holds.push({
      primitive: this.#primitiveOf(raw),
      instance: raw.instance,
      task: this.#taskOf(raw),
      operation: raw.operation,
      site: this.#siteOf(raw),
      startMs: raw.startedAt - this.#from,
      endMs: raw.endedAt - this.#from,
      id: raw.id,
      open: raw.open,
      contended: raw.contended,
    });
  }

  wait(raw: RawWait): void {
    if (raw.endedAt < this.#from) return;
    this.#waits.push({
      primitive: this.#primitiveOf(raw),
      instance: raw.instance,
      task: this.#taskOf(raw),
      operation: raw.operation,
      site: this.#siteOf(raw),
      startMs: raw.startedAt - this.#from,
      endMs: raw.endedAt - this.#from,
      outcome: raw.outcome,
      grantedMs: Number.isNaN(raw.grantedAt) ? null : raw.grantedAt - this.#from,
      handedOverBy: raw.handedOverBy || null,
      hold: raw.hold || null,
    });
  }

  end(): FlightRecording {
    const end = Date.now() - (now() - this.#at);
    return {
      version: 1,
      start: end - (this.#at - this.#from),
      end,
      primitives: this.#primitives.rows,
      tasks: this.#tasks.rows,
      sites: this.#sites.rows,
      holds: this.#holds,
      waits: this.#waits,
      findings: [],
    };
  }

  #primitiveOf({ totals }: RawInterval): number {
    return this.#primitives.indexOf(totals, () => ({ type: totals.type, name: totals.name }));
  }

  #taskOf({ task, taskName }: RawInterval): number | null {
    return task === 0 ? null : this.#tasks.indexOf(task, () => ({ id: task, name: taskName }));
  }

  #siteOf({ site }: RawInterval): number | null {
    return site === null ? null : this.#sites.indexOf(site, () => site);
  }
}

/** Rows, each once. */
class Table<Key, Row> {
  readonly rows: Row[] = [];
  readonly #indexes = new Map<Key, number>();

  indexOf(key: Key, row: () => Row): number {
    let index = this.#indexes.get(key);
    if (index === undefined) {
      index = this.rows.push(row()) - 1;
      this.#indexes.set(key, index);
    }
    return index;
  }
}

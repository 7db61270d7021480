/** What one collector took in and the others have to show, too: folded, and within a bound until it is sent. */

import type { KeptFinding, PrimitiveState } from "@holdup/protocol";
import type { Presence } from "./aggregate.ts";
import { decodeBatch, encodeBatch } from "./batch-codec.ts";
import type { Program } from "./program.ts";
import type { Rollup } from "./rollup.ts";
import { Totals } from "./totals.ts";

/** What collectors tell each other; one that does not know the version of another goes without. */
export interface NewsMessage {
  readonly version: number;
  /** Rollups of primitives, second by second, and findings, as `encodeBatch` writes them. */
  readonly figures: Uint8Array;
  readonly heard: readonly Program[];
  readonly presences: readonly Presence[];
  readonly states: readonly (readonly [Program, readonly PrimitiveState[]])[];
}

/** What of it there is. */
export interface News extends Omit<NewsMessage, "version" | "figures"> {
  readonly rollups: readonly Rollup[];
  readonly findings: readonly KeptFinding[];
}

const version = 1;
const secondMs = 1_000;

/** How much of each is held between two messages. */
const maxSums = 5_000;
const maxFindings = 200;
const maxPrograms = 1_000;
const maxPresences = 20_000;

interface Sum {
  readonly rollup: Pick<Rollup, "series" | "time">;
  readonly totals: Totals;
}

export class NewsDesk {
  #sums = new Map<string, Sum>();
  #findings: KeptFinding[] = [];
  #heard = new Map<string, Program>();
  #presences: Presence[] = [];
  #states = new Map<string, [Program, readonly PrimitiveState[]]>();
  #dropped = 0;

  /** Sites are left out: the others show points of primitives, and ask the store for all else. */
  measured(rollups: readonly Rollup[]): void {
    for (const { series, time, measure } of rollups) {
      const { service, type, name } = series;
      const second = Math.ceil(time / secondMs) * secondMs;
      const key = JSON.stringify([service, type, name, second]);
      let sum = this.#sums.get(key);
      if (sum === undefined && this.#sums.size >= maxSums) {
        this.#dropped++;
        continue;
      }
      if (sum === undefined) {
        const nowhere = { operation: "", outcome: "", waiterSite: null, holderSite: null };
        const rollup = { series: { service, type, name, ...nowhere }, time: second };
        this.#sums.set(key, (sum = { rollup, totals: new Totals() }));
      }
      sum.totals.add(measure);
    }
  }

  found(findings: readonly KeptFinding[]): void {
    const room = Math.max(0, maxFindings - this.#findings.length);
    this.#findings.push(...findings.slice(0, room));
    this.#dropped += Math.max(0, findings.length - room);
  }

  heard(program: Program): void {
    if (this.#heard.size < maxPrograms) this.#heard.set(keyOf(program), program);
    else if (!this.#heard.has(keyOf(program))) this.#dropped++;
  }

  told(presence: Presence): void {
    if (this.#presences.length < maxPresences) this.#presences.push(presence);
    else this.#dropped++;
  }

  shown(program: Program, states: readonly PrimitiveState[]): void {
    if (this.#states.size < maxPrograms || this.#states.has(keyOf(program))) {
      this.#states.set(keyOf(program), [program, states]);
    } else this.#dropped++;
  }

  /** Everything since the last time, if there is anything, and how much there was no room for. */
  take(): { readonly message: NewsMessage | undefined; readonly dropped: number } {
    const message = this.#isEmpty ? undefined : this.#message();
    const dropped = this.#dropped;
    this.#sums = new Map();
    this.#findings = [];
    this.#heard = new Map();
    this.#presences = [];
    this.#states = new Map();
    this.#dropped = 0;
    return { message, dropped };
  }

  get #isEmpty(): boolean {
    const maps = this.#sums.size + this.#heard.size + this.#states.size;
    return maps + this.#findings.length + this.#presences.length === 0;
  }

  #message(): NewsMessage {
    const rollups = [...this.#sums.values()].flatMap(({ rollup, totals }) =>
      totals.measures().map((measure) => ({ ...rollup, measure })),
    );
    const content = { rollups, waits: [], findings: this.#findings, readings: new Map() };
    return {
      version,
      figures: encodeBatch(content),
      heard: [...this.#heard.values()],
      presences: this.#presences,
      states: [...this.#states.values()],
    };
  }
}

/** What another collector's message says; undefined if it speaks another version. */
export function readNews(message: NewsMessage): News | undefined {
  if (message.version !== version) return undefined;
  const { rollups, findings } = decodeBatch(message.figures);
  const { heard, presences, states } = message;
  return { rollups, findings, heard, presences, states };
}

function keyOf({ service, instance }: Program): string {
  return JSON.stringify([service, instance]);
}

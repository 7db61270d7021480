/** The last seconds of each thread of a recording: single waits and holds, and what was open when it ended. */

import type { KeptHold, KeptWait, Party, Site, WaitGraphItem } from "@holdup/protocol";
import type { Recording } from "@holdup/recording";

type Flight = Recording["flights"][number]["flight"];
type Interval = Flight["waits"][number] | Flight["holds"][number];

// Spans of a trace have ids; these are only told apart.
const noTrace = "";

/** What single waits and holds a recording has, the newest first. */
export interface Flights {
  readonly waits: readonly KeptWait[];
  readonly holds: readonly KeptHold[];
  /** Who held and who waited when the run ended, of what somebody waited for. */
  readonly open: readonly WaitGraphItem[];
}

/** Reads the flight recordings. */
export function flightsOf({ flights }: Recording, service: string): Flights {
  const told = flights.map(({ thread, flight }) => new Thread(service, thread, flight));
  return {
    waits: told.flatMap((thread) => thread.waits()).toSorted((a, b) => b.end - a.end),
    holds: told.flatMap((thread) => thread.holds()).toSorted((a, b) => b.end - a.end),
    open: told.flatMap((thread) => thread.open()),
  };
}

class Thread {
  readonly #service: string;
  readonly #label: string;
  readonly #flight: Flight;

  constructor(service: string, label: string, flight: Flight) {
    this.#service = service;
    this.#label = label;
    this.#flight = flight;
  }

  waits(): KeptWait[] {
    return this.#flight.waits.map((wait, index) => {
      const { startMs, endMs, grantedMs, outcome, handedOverBy } = wait;
      return {
        ...this.#facts(wait),
        outcome,
        contended: true,
        waiterSite: this.#site(wait),
        waitSeconds: (endMs - startMs) / 1000,
        blockedSeconds: ((grantedMs ?? endMs) - startMs) / 1000,
        handoffSeconds: grantedMs === null ? 0 : (endMs - grantedMs) / 1000,
        spanId: this.#waitId(index),
        holders: handedOverBy === null ? [] : [{ traceId: noTrace, spanId: this.#holdId(handedOverBy) }],
      };
    });
  }

  holds(): KeptHold[] {
    const { holds, waits } = this.#flight;
    const granted = new Map(waits.map(({ hold }, index) => [hold, index]));
    return holds.map((hold) => {
      const wait = granted.get(hold.id);
      return {
        ...this.#facts(hold),
        holderSite: this.#site(hold),
        holdSeconds: (hold.endMs - hold.startMs) / 1000,
        permits: 1,
        spanId: this.#holdId(hold.id),
        wait: wait === undefined ? null : { traceId: noTrace, spanId: this.#waitId(wait) },
      };
    });
  }

  open(): WaitGraphItem[] {
    const { waits, holds } = this.#flight;
    const pending = waits.filter(({ outcome }) => outcome === "pending");
    const held = holds.filter(({ open }) => open);
    const objects = Map.groupBy(pending, ({ primitive, instance }) => `${primitive} ${instance}`);
    return Array.from(objects.values(), (waiters) => {
      const [{ primitive, instance }] = waiters as [Interval, ...Interval[]];
      return {
        ...this.#where(primitive),
        object: instance,
        waiters: waiters.map((wait) => this.#party(wait)),
        holders: held
          .filter((hold) => hold.primitive === primitive && hold.instance === instance)
          .map((hold) => this.#party(hold)),
      };
    });
  }

  #facts(interval: Interval) {
    const { start } = this.#flight;
    return {
      ...this.#where(interval.primitive),
      operation: interval.operation,
      task: this.#task(interval)?.name ?? null,
      start: start + interval.startMs,
      end: start + interval.endMs,
      traceId: noTrace,
      parentSpanId: "",
      samplingProbability: 1,
    };
  }

  #where(primitive: number): Pick<WaitGraphItem, "service" | "instance" | "primitive"> {
    const { name = "", type = "" } = this.#flight.primitives[primitive] ?? {};
    return { service: this.#service, instance: this.#label, primitive: { name, type } };
  }

  #party(interval: Interval): Party {
    const task = this.#task(interval);
    return {
      task: task?.name ?? null,
      ...(task === undefined ? {} : { taskId: String(task.id) }),
      site: this.#site(interval),
      sinceMs: interval.endMs - interval.startMs,
      operation: interval.operation,
    };
  }

  #task({ task }: Interval): Flight["tasks"][number] | undefined {
    return task === null ? undefined : this.#flight.tasks[task];
  }

  #site({ site }: Interval): Site | null {
    return site === null ? null : (this.#flight.sites[site] ?? null);
  }

  #waitId(index: number): string {
    return `${this.#label} wait ${index}`;
  }

  #holdId(id: number): string {
    return `${this.#label} hold ${id}`;
  }
}

/** How long before its end a flight recording begins at most, in milliseconds. */
const flightMs = 30_000;

/** Within it a thread begins: nothing waits before it is observed. */
const beginningMs = 1000;

/** Since when no single wait is missing, Unix ms. A thread without a flight recording had no wait in the time of one. */
export function waitsSince({ flights, threads }: Recording, leftOut: readonly string[] = []): number {
  if (leftOut.length > 0) return Infinity;
  const known = new Map(flights.map(({ thread, flight }) => [thread, flight.start]));
  const since = threads.map(({ label, startedAt, durationMs }) => {
    const from = known.get(label) ?? startedAt + durationMs - flightMs;
    // What is known since a thread began is known of all its time.
    return from <= startedAt + beginningMs ? -Infinity : from;
  });
  return Math.max(-Infinity, ...since);
}

/** What the collector tells of itself, and of the hot spots, as Prometheus text. */

import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { CurrentState } from "./current.ts";
import type { Pending } from "./pending.ts";
import type { Status } from "./status.ts";
import type { Tally } from "./tally.ts";

export interface PrometheusSources {
  readonly status: Status;
  readonly tally: Tally;
  readonly current: CurrentState;
  readonly pending: Pending;
  /** What was dropped, by reason. */
  readonly dropped: () => Promise<Readonly<Record<string, number>>>;
}

export const prometheusContentType: string = Registry.PROMETHEUS_CONTENT_TYPE;

const storeBuckets = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];
const primitiveLabels = ["service", "primitive", "type"] as const;

export class Prometheus {
  readonly #registry = new Registry();
  readonly #store: Histogram<"operation" | "result">;

  constructor(sources: PrometheusSources) {
    const registers = [this.#registry];
    this.#store = new Histogram({
      name: "holdup_collector_store_duration_seconds",
      help: "How long the store took.",
      labelNames: ["operation", "result"],
      buckets: storeBuckets,
      registers,
    });
    requests(sources, registers);
    bounds(sources, registers);
    hotSpots(sources, registers);
  }

  /** The store has answered, or failed to. */
  observeStore(operation: string, result: "ok" | "error", seconds: number): void {
    this.#store.observe({ operation, result }, seconds);
  }

  async text(): Promise<string> {
    return (await this.#registry.metrics()) + (await processRegistry().metrics());
  }
}

type Registers = Registry[];

function requests({ status }: PrometheusSources, registers: Registers): void {
  const answers = new Counter({
    name: "holdup_collector_requests_total",
    help: "OTLP requests answered.",
    labelNames: ["signal", "code"],
    registers,
    collect(): void {
      answers.reset();
      for (const [signal, codes] of status.answers) {
        for (const [code, count] of codes) answers.inc({ signal, code: String(code) }, count);
      }
    },
  });
  const bytes = new Counter({
    name: "holdup_collector_received_bytes_total",
    help: "Bytes of OTLP bodies, decompressed.",
    labelNames: ["signal"],
    registers,
    collect(): void {
      bytes.reset();
      for (const [signal, counts] of Object.entries(status.signals)) bytes.inc({ signal }, counts.bytes);
    },
  });
  const items = new Counter({
    name: "holdup_collector_items_total",
    help: "Points, waits and events that were taken, rejected, or came once more.",
    labelNames: ["signal", "result"],
    registers,
    collect(): void {
      items.reset();
      for (const [signal, { taken, rejected, repeated }] of Object.entries(status.signals)) {
        items.inc({ signal, result: "taken" }, taken);
        items.inc({ signal, result: "rejected" }, rejected);
        items.inc({ signal, result: "repeated" }, repeated);
      }
    },
  });
}

function bounds({ status, pending, dropped }: PrometheusSources, registers: Registers): void {
  const drops = new Counter({
    name: "holdup_collector_dropped_total",
    help: "What arrived or was announced and is not kept, by reason.",
    labelNames: ["reason"],
    registers,
    async collect(): Promise<void> {
      const counts = await dropped();
      drops.reset();
      for (const [reason, count] of Object.entries(counts)) drops.inc({ reason: reasonLabel(reason) }, count);
    },
  });
  gauge("holdup_collector_viewers", "Viewers of the live socket.", registers, () => status.viewers);
  gauge("holdup_collector_pending_bytes", "Requests in memory.", registers, () => pending.bytes);
  gauge("holdup_collector_max_pending_bytes", "Their bound.", registers, () => pending.maxBytes);
}

// One reason for each service would be a label of any number of values.
function reasonLabel(reason: string): string {
  return /^seconds of .* not received$/s.test(reason) ? "seconds not received" : reason;
}

function hotSpots({ tally, current }: PrometheusSources, registers: Registers): void {
  const labelNames = [...primitiveLabels];
  const wait = new Counter({
    name: "holdup_wait_seconds_total",
    help: "How long a primitive was waited for since the collector started.",
    labelNames,
    registers,
    collect(): void {
      wait.reset();
      for (const item of tally) wait.inc(labels(item), Math.max(0, item.waitSeconds));
    },
  });
  const blame = new Counter({
    name: "holdup_blame_seconds_total",
    help: "Waiting that a primitive's holders caused since the collector started.",
    labelNames,
    registers,
    collect(): void {
      blame.reset();
      for (const item of tally) blame.inc(labels(item), Math.max(0, item.blameSeconds));
    },
  });
  const waiters = new Gauge({
    name: "holdup_waiters",
    help: "How many wait for a primitive now.",
    labelNames,
    registers,
    collect(): void {
      waiters.reset();
      for (const item of tally) waiters.set(labels(item), current.waiters(item));
    },
  });
}

function labels(item: { readonly service: string; readonly type: string; readonly name: string }): {
  service: string;
  primitive: string;
  type: string;
} {
  return { service: item.service, primitive: item.name, type: item.type };
}

function gauge(name: string, help: string, registers: Registers, read: () => number): void {
  const one: Gauge = new Gauge({ name, help, registers, collect: () => one.set(read()) });
}

// Those of the process, event-loop lag among them, belong to all collectors in it and can't be taken out again.
let ofProcess: Registry | undefined;

function processRegistry(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

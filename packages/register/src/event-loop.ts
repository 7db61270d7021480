import { url as inspectorUrl } from "node:inspector";
import type { Resource } from "@opentelemetry/resources";
import type { MetricProducer } from "@opentelemetry/sdk-metrics";
import { adviceForBlockedLoop, type HoldupObserver } from "@holdup/observer";
import { ownFrames } from "@holdup/primitives";
import { attribute, event, scopeName } from "@holdup/protocol";
import { Heartbeat, Pulse } from "./event-loop-heartbeat.ts";
import { EventLoopMetrics } from "./event-loop-metrics.ts";
import { canBeWatched, LoopMonitor, mayPause } from "./event-loop-monitor.ts";
import { LoopReader } from "./event-loop-reading.ts";
import type { ReportOptions } from "./event-loop-report.ts";
import type { EndedBlock } from "./event-loop-thread.ts";
import type { LogsTarget } from "./logs-target.ts";
import { version } from "./version.ts";

/** What is measured of the event loop. */
export interface EventLoopSettings {
  readonly what: "all" | "metrics";
  readonly blockedMs: number;
}

/** Where log records go, and as whose. */
export interface EventLoopTarget {
  /** Undefined: nowhere. */
  readonly logs: LogsTarget | undefined;
  readonly resource: Resource;
  /** Where the program's sources lie. */
  readonly root: string;
}

/** How long an exit waits for the thread to let go of the inspector, in milliseconds; it looks some times a second. */
const exitPatienceMs = 300;

/** Measures the event loop of this thread, and has another thread tell what blocks it. */
export class EventLoop {
  readonly metrics: MetricProducer;
  readonly #observer: HoldupObserver;
  readonly #reader = new LoopReader();
  readonly #heartbeat: Heartbeat;
  readonly #monitor: LoopMonitor | undefined;
  readonly #atExit: () => void;

  constructor(observer: HoldupObserver, { what, blockedMs }: EventLoopSettings, target: EventLoopTarget) {
    this.#observer = observer;
    const memory = Pulse.memory();
    const pulse = new Pulse(memory);
    this.#atExit = () => pulse.end(exitPatienceMs);
    const watched = what === "all" && canBeWatched();
    this.#heartbeat = new Heartbeat({
      pulse,
      watched,
      // A breakpoint is no blocked loop.
      isDebugged: () => inspectorUrl() !== undefined,
      onStall: (ms) => observer.loopStalled(ms),
    });
    this.metrics = new EventLoopMetrics(this.#reader, this.#heartbeat, observer);
    if (!watched) return;
    process.once("exit", this.#atExit);
    const report = reportOptions(target);
    try {
      this.#monitor = new LoopMonitor(
        {
          memory,
          thresholdMs: blockedMs,
          mayPause: mayPause(),
          root: target.root,
          own: [...ownFrames, new URL(".", import.meta.url).href],
          report,
        },
        (block) => this.#ended(block),
      );
    } catch (error) {
      void this.stop();
      throw error;
    }
  }

  /** Resolves when the last block was told of. */
  async stop(): Promise<void> {
    await this.#monitor?.stop();
    process.off("exit", this.#atExit);
    this.#heartbeat[Symbol.dispose]();
    this.#reader[Symbol.dispose]();
  }

  // The heart knows better for how long it was, unless it beat in between.
  #ended({ ms, places, id }: EndedBlock): void {
    const block = { ms: Math.max(ms, this.#heartbeat.takeLastStall()), sites: places };
    this.#observer.loopBlocked(id === undefined ? block : { ...block, id });
  }
}

function reportOptions({ logs, resource }: EventLoopTarget): ReportOptions | undefined {
  if (logs === undefined) return undefined;
  const attributes = Object.entries(resource.attributes).filter(
    (entry): entry is [string, string | number | boolean] =>
      ["string", "number", "boolean"].includes(typeof entry[1]),
  );
  return {
    ...logs,
    resource: Object.fromEntries(attributes),
    scope: { name: scopeName, version },
    eventName: event.finding,
    idAttribute: attribute.findingId,
    advice: adviceForBlockedLoop,
  };
}

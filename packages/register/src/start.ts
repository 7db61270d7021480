import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { Resource } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider, type LogRecordExporter } from "@opentelemetry/sdk-logs";
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricProducer,
  type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, type SpanExporter, type SpanProcessor } from "@opentelemetry/sdk-trace";
import { createObserver, type HoldupObserver, type SpanRecord } from "@holdup/observer";
import { dismiss, observe } from "@holdup/primitives";
import { attribute, scopeName } from "@holdup/protocol";
import { ActivityProcessor } from "./activity-processor.ts";
import { AdoptedResource } from "./adopted-resource.ts";
import { AppTracing } from "./app-tracing.ts";
import { EventLoop } from "./event-loop.ts";
import { ExportDoor } from "./export-door.ts";
import { flushAtExit } from "./exit.ts";
import { FindingEvents } from "./finding-event.ts";
import { FlightFiles } from "./flight-files.ts";
import { answers } from "./answers.ts";
import { libraryNames } from "./instrumentation/all-libraries.ts";
import { instrument } from "./instrumentation/instrument.ts";
import { ObserverMetrics } from "./metrics.ts";
import { logsTarget } from "./logs-target.ts";
import { isNodeSupported, nodeNeeded } from "./node-version.ts";
import { Nowhere } from "./nowhere.ts";
import { programAt } from "./program.ts";
import { resourceOf } from "./resource.ts";
import type { OtlpRoute, Route } from "./routes.ts";
import { SettingError } from "./setting-error.ts";
import { recordedSettings, settingsFrom, type WireSettings } from "./settings.ts";
import { SnapshotEvents } from "./snapshot-event.ts";
import { ProcessorSink } from "./span-sink.ts";
import type { StartOptions } from "./start-options.ts";
import { Undo } from "./undo.ts";
import { version } from "./version.ts";

/** A program that is wired. Disposing sends what is left and stops measuring. */
export interface Holdup extends AsyncDisposable {
  readonly observer: HoldupObserver;
  readonly serviceName: string;
  /**
   * For a program with an OpenTelemetry SDK of its own: given to it, the program's spans explain what holders were
   * waiting for (`new NodeSDK({ spanProcessors: [exporting, holdup.spanProcessor] })`). It exports nothing.
   */
  readonly spanProcessor: SpanProcessor;
  /** Sends what was measured up to now. Resolves when it is delivered or given up. */
  flush(): Promise<void>;
  /** Sends what is left and stops measuring. */
  stop(): Promise<void>;
}

let running: Wiring | undefined;

/**
 * Wires this program: from now on every wait and hold is measured and sent to the collector, by
 * OpenTelemetry's own exporters. Sets none of OpenTelemetry's globals, so an SDK that the program
 * starts itself is not disturbed: when it has one, the spans go through that (see {@link StartOptions.sdk}). Flushes at the normal end of the program and at SIGTERM and SIGINT.
 * Called again while running, it returns what runs.
 *
 * @throws SettingError for an option or environment variable that is unknown or makes no sense
 *
 * @example
 * ```ts
 * await using holdup = start({ serviceName: "checkout" });
 * ```
 */
export function start(options: StartOptions = {}): Holdup {
  return wire(settingsFrom(options, process.env), []);
}

/**
 * The same before the program has loaded anything, for who is loaded by `--import`: all libraries that it will load and that
 * can be wrapped are, unless a setting says which.
 */
export function startPreloaded(options: StartOptions = {}): Holdup {
  return wire(settingsFrom(options, process.env), libraryNames);
}

/**
 * The same for who keeps what is measured itself, as `holdup record` does: nothing is sent, whatever the standard variables
 * say, unless `endpoint` or `HOLDUP_ENDPOINT` says where to.
 */
export function startRecorded(options: StartOptions = {}): Holdup {
  return wire(recordedSettings(options, process.env), libraryNames);
}

function wire(settings: WireSettings, libraries: readonly string[]): Holdup {
  if (!isNodeSupported()) throw new SettingError(`Holdup ${nodeNeeded}`);
  running ??= new Wiring(settings, libraries, () => {
    running = undefined;
  });
  return running;
}

class Wiring implements Holdup {
  readonly observer: HoldupObserver;
  readonly serviceName: string;
  readonly spanProcessor: SpanProcessor;
  readonly #onStop: () => void;
  readonly #receivers: readonly string[];
  readonly #door = new ExportDoor();
  readonly #observing: Disposable;
  readonly #wrapped: Disposable;
  readonly #exitHandlers: Disposable;
  readonly #spans: BatchSpanProcessor;
  readonly #spanSink: ProcessorSink;
  readonly #appTracing: AppTracing | undefined;
  readonly #meters: MeterProvider;
  readonly #logs: LoggerProvider;
  readonly #events: SnapshotEvents;
  readonly #findings: FindingEvents;
  readonly #files: FlightFiles | undefined;
  readonly #loop: EventLoop | undefined;
  readonly #timer: NodeJS.Timeout;
  #stopped: Promise<void> | undefined;

  /** `libraries`: those that are wrapped where no setting says. */
  constructor(settings: WireSettings, libraries: readonly string[], onStop: () => void) {
    this.#onStop = onStop;
    const { routes, record } = settings;
    this.#receivers = [...new Set([routes.traces, routes.metrics, routes.logs].flatMap(receiverOf))];
    const own = resourceOf(settings.serviceName, programAt(process.argv[1]));
    const resource = new AdoptedResource(own);
    this.serviceName = String(own.attributes[attribute.serviceName]);
    this.observer = createObserver(settings.observer);
    const undo = new Undo();
    try {
      this.#observing = undo.by(observe(this.observer), dispose);
      this.#wrapped = undo.by(instrument(settings.instrumentations ?? libraries), dispose);
      this.#files = record && undo.by(new FlightFiles(this.observer, this.serviceName, record), stop);
      if (settings.sdk === "app") this.#appTracing = new AppTracing((other) => resource.adopt(other));
      this.#spans = undo.by(
        new BatchSpanProcessor({ exporter: this.#traceExporter(routes.traces) }),
        shutDown,
      );
      this.#spanSink = new ProcessorSink(this.#spans, resource);
      const measured = new ObserverMetrics(this.observer, (all) => {
        // Before they are sent it must be known as whom.
        this.#appTracing?.look();
        this.#files?.measured(all);
      });
      const loop = eventLoopOf(settings, this.observer, resource);
      this.#loop = loop && undo.by(loop, stop);
      const producers = [measured, ...(loop === undefined ? [] : [loop.metrics])];
      const reader = metricReader(settings, this.#metricExporter(routes.metrics), producers);
      this.#meters = undo.by(new MeterProvider({ resource, readers: [reader] }), shutDown);
      const exporter = this.#logExporter(routes.logs);
      this.#logs = undo.by(
        new LoggerProvider({
          resource,
          processors: [new BatchLogRecordProcessor({ exporter, scheduledDelayMillis: 250 })],
        }),
        shutDown,
      );
      const logger = this.#logs.getLogger(scopeName, version);
      this.#events = new SnapshotEvents(logger);
      this.#findings = new FindingEvents(logger);
      this.spanProcessor = new ActivityProcessor(this.observer);
      this.#timer = undo.by(
        setInterval(() => this.#look(), settings.snapshotIntervalMs).unref(),
        clearInterval,
      );
      this.#exitHandlers = flushAtExit(() => this.stop());
    } catch (error) {
      // There is nothing to send.
      this.#door.close();
      undo.all();
      throw error;
    }
  }

  async flush(): Promise<void> {
    this.#look();
    await settle([this.#spans.forceFlush(), this.#meters.forceFlush(), this.#logs.forceFlush()]);
    await this.#files?.settled();
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    // At once: the program's own SDK may be about to shut down, too.
    this.#look();
    clearInterval(this.#timer);
    this.#wrapped[Symbol.dispose]();
    this.#observing[Symbol.dispose]();
    this.#exitHandlers[Symbol.dispose]();
    this.#onStop();
    await this.#loop?.stop();
    this.#look();
    const recorded = this.#files?.stop();
    const answered = await Promise.all(this.#receivers.map(answers));
    if (!answered.includes(true)) this.#door.close();
    await settle([this.#spans.shutdown(), this.#meters.shutdown(), this.#logs.shutdown()]);
    await recorded;
  }

  #traceExporter(route: Route): SpanExporter {
    if (route.kind === "otlp") return this.#door.guard(new OTLPTraceExporter(target(route)));
    return new Nowhere(route.kind === "none" ? undefined : warningOnce(route.reason));
  }

  #metricExporter(route: Route): PushMetricExporter {
    return route.kind === "otlp" ? this.#door.guard(new OTLPMetricExporter(target(route))) : new Nowhere();
  }

  #logExporter(route: Route): LogRecordExporter {
    return route.kind === "otlp" ? this.#door.guard(new OTLPLogExporter(target(route))) : new Nowhere();
  }

  #look(): void {
    try {
      this.#events.tell(this.observer);
      this.#findings.tell(this.observer);
      const sink = this.#appTracing?.look() ?? this.#spanSink;
      for (const record of inOrderOfEnd(this.observer.takeSpans())) sink.add(record);
    } catch (error) {
      // Ours to have, not the program's to die of.
      dismiss(this.observer, error);
    }
  }
}

// Whatever a span links to has ended before it, or is still going on.
function inOrderOfEnd(records: readonly SpanRecord[]): SpanRecord[] {
  return records.toSorted((one, other) => one.endMs - other.endMs);
}

// A collector that can't be reached is no error of the program that is measured.
async function settle(work: Promise<unknown>[]): Promise<void> {
  await Promise.allSettled(work);
}

function dispose(made: Disposable): void {
  made[Symbol.dispose]();
}

function stop(made: { stop(): Promise<void> }): Promise<void> {
  return made.stop();
}

function shutDown(made: { shutdown(): Promise<void> }): Promise<void> {
  return made.shutdown();
}

// As long as the program has no SDK that they could go through.
function warningOnce(reason: string): () => void {
  let warned = false;
  return () => {
    if (warned) return;
    warned = true;
    process.emitWarning(
      `spans were dropped, and are until the program registers an OpenTelemetry SDK that sends them: ${reason}`,
      { type: "HoldupWarning", code: "HOLDUP_SPANS_NOT_SENT" },
    );
  };
}

function metricReader(
  { metricIntervalMs, routes: { metrics } }: WireSettings,
  exporter: PushMetricExporter,
  metricProducers: MetricProducer[],
): PeriodicExportingMetricReader {
  const timeoutMs = metrics.kind === "otlp" ? metrics.timeoutMs : metricIntervalMs;
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: metricIntervalMs,
    exportTimeoutMillis: Math.min(metricIntervalMs, timeoutMs),
    metricProducers,
  });
}

function eventLoopOf(
  settings: WireSettings,
  observer: HoldupObserver,
  resource: Resource,
): EventLoop | undefined {
  const { eventLoop, observer: options, routes } = settings;
  if (eventLoop === undefined) return undefined;
  return new EventLoop(observer, eventLoop, {
    logs: routes.logs.kind === "otlp" ? logsTarget(settings.endpoint, process.env) : undefined,
    resource,
    root: options.root ?? process.cwd(),
  });
}

function target({ url, timeoutMs: timeoutMillis }: OtlpRoute): { url?: string; timeoutMillis: number } {
  // Without a URL the exporter reads the standard variables.
  return url === undefined ? { timeoutMillis } : { url, timeoutMillis };
}

function receiverOf(route: Route): string[] {
  return route.kind === "otlp" ? [route.receiver] : [];
}

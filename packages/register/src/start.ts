import { randomUUID } from "node:crypto";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  type Resource,
} from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, type SpanProcessor } from "@opentelemetry/sdk-trace";
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
import { SettingError, settingsFrom, type StartOptions, type WireSettings } from "./settings.ts";
import { SnapshotEvents } from "./snapshot-event.ts";
import { ProcessorSink } from "./span-sink.ts";
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
  return wire(options, []);
}

/**
 * The same before the program has loaded anything, for who is loaded by `--import`: all libraries that it will load and that
 * can be wrapped are, unless a setting says which.
 */
export function startPreloaded(options: StartOptions = {}): Holdup {
  return wire(options, libraryNames);
}

function wire(options: StartOptions, libraries: readonly string[]): Holdup {
  if (!isNodeSupported()) throw new SettingError(`Holdup ${nodeNeeded}`);
  running ??= new Wiring(settingsFrom(options, process.env), libraries, () => {
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
    this.#receivers = receiversOf(settings);
    this.serviceName = settings.serviceName;
    this.observer = createObserver(settings.observer);
    this.#observing = observe(this.observer);
    this.#wrapped = instrument(settings.instrumentations ?? libraries);
    const { serviceName, record } = settings;
    this.#files = record && new FlightFiles(this.observer, serviceName, record);
    const resource = new AdoptedResource(resourceOf(settings));
    if (settings.sdk === "app") this.#appTracing = new AppTracing((other) => resource.adopt(other));
    const traces = this.#door.guard(new OTLPTraceExporter(target(settings, "traces")));
    const logs = this.#door.guard(new OTLPLogExporter(target(settings, "logs")));
    const metrics = this.#door.guard(new OTLPMetricExporter(target(settings, "metrics")));
    this.#spans = new BatchSpanProcessor({ exporter: traces });
    this.#spanSink = new ProcessorSink(this.#spans, resource);
    const measured = new ObserverMetrics(this.observer, (all) => {
      // Before they are sent it must be known as whom.
      this.#appTracing?.look();
      this.#files?.measured(all);
    });
    this.#loop = eventLoopOf(settings, this.observer, resource);
    const producers = [measured, ...(this.#loop === undefined ? [] : [this.#loop.metrics])];
    this.#meters = new MeterProvider({ resource, readers: [metricReader(settings, metrics, producers)] });
    this.#logs = new LoggerProvider({
      resource,
      processors: [new BatchLogRecordProcessor({ exporter: logs, scheduledDelayMillis: 250 })],
    });
    const logger = this.#logs.getLogger(scopeName, version);
    this.#events = new SnapshotEvents(logger);
    this.#findings = new FindingEvents(logger);
    this.spanProcessor = new ActivityProcessor(this.observer);
    this.#timer = setInterval(() => this.#look(), settings.snapshotIntervalMs).unref();
    this.#exitHandlers = flushAtExit(() => this.stop());
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

function metricReader(
  settings: WireSettings,
  exporter: OTLPMetricExporter,
  metricProducers: MetricProducer[],
): PeriodicExportingMetricReader {
  return new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: settings.metricIntervalMs,
    exportTimeoutMillis: Math.min(settings.metricIntervalMs, exportTimeoutMs),
    metricProducers,
  });
}

// How long an export may take, retries included; the standard ten seconds would hold up the program's end.
const exportTimeoutMs = 3000;

function eventLoopOf(
  settings: WireSettings,
  observer: HoldupObserver,
  resource: Resource,
): EventLoop | undefined {
  const { eventLoop, observer: options } = settings;
  if (eventLoop === undefined) return undefined;
  const { url, headers } = logsTarget(settings.endpoint, process.env);
  return new EventLoop(observer, eventLoop, {
    logsUrl: url,
    headers,
    resource,
    root: options.root ?? process.cwd(),
  });
}

function target({ endpoint }: WireSettings, signal: string): { url?: string; timeoutMillis: number } {
  const timeoutMillis = exportTimeoutMs;
  // Without a URL the exporter reads the standard variables.
  return endpoint === undefined
    ? { timeoutMillis }
    : { url: `${endpoint.replace(/\/$/, "")}/v1/${signal}`, timeoutMillis };
}

// The standard variables may name a receiver of its own for each signal.
function receiversOf({ endpoint }: WireSettings): string[] {
  if (endpoint !== undefined) return [endpoint];
  const named = ["", "TRACES_", "METRICS_", "LOGS_"].map(
    (signal) => process.env[`OTEL_EXPORTER_OTLP_${signal}ENDPOINT`],
  );
  const given = named.filter((url) => url !== undefined && url !== "") as string[];
  return given.length === 0 ? ["http://localhost:4318"] : given;
}

function resourceOf({ serviceName }: WireSettings): Resource {
  return defaultResource()
    .merge(
      resourceFromAttributes({
        [attribute.serviceInstanceId]: randomUUID(),
        "process.pid": process.pid,
        "process.runtime.name": "nodejs",
        "process.runtime.version": process.versions.node,
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }))
    .merge(resourceFromAttributes({ [attribute.serviceName]: serviceName }));
}

import { fileURLToPath } from "node:url";
import { Program, register } from "../wired-program.ts";
import { Load } from "./checkout-load.ts";

/** What a burst of visits took. */
export interface Burst {
  /** CPU time of the service's process for each request. */
  readonly requestUs: number;
  /** How much of a core the service used. */
  readonly cores: number;
  /** Of each request. */
  readonly tookMs: readonly number[];
}

const script = fileURLToPath(new URL("checkout-service.ts", import.meta.url));

/** The checkout service in a process of its own, with its customers in this one. */
export class CheckoutProcess implements AsyncDisposable {
  readonly #program: Program;
  readonly #isWatched: boolean;
  #load: Load | undefined;
  #asked = 0;

  /** @param endpoint the collector's; undefined for a service without Holdup */
  constructor(endpoint?: string) {
    this.#isWatched = endpoint !== undefined;
    // As `holdup run` wires it.
    this.#program = this.#isWatched
      ? new Program(["--import", register, script], {
          OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
          OTEL_METRIC_EXPORT_INTERVAL: "1000",
        })
      : new Program([script]);
  }

  async burst(visits: number): Promise<Burst> {
    this.#load ??= new Load((await this.#program.line(/^listens on (.*)/))[1] ?? "");
    const cpuBefore = await this.#cpuUs();
    const before = performance.now();
    const tookMs = await this.#load.burst(visits);
    const wallMs = performance.now() - before;
    const cpuUs = (await this.#cpuUs()) - cpuBefore;
    return { requestUs: cpuUs / tookMs.length, cores: cpuUs / wallMs / 1000, tookMs };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#load?.[Symbol.dispose]();
    await this.#program[Symbol.asyncDispose]();
  }

  /** The CPU time that it used so far, in microseconds. */
  async #cpuUs(): Promise<number> {
    // What was measured belongs to the burst that it was measured in: it is sent before the clock is read.
    const question = `${this.#isWatched ? "flush" : "cpu"} ${++this.#asked}`;
    this.#program.write(question);
    const [, cpuUs] = await this.#program.line(new RegExp(String.raw`^${question}: (\d+)$`));
    return Number(cpuUs);
  }
}

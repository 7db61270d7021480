import type { HotSpot, KeptFinding, PrimitiveDetail, ServiceInfo } from "@holdup/protocol";
import { Failure } from "./failure.ts";
import { rowsOf, type Detail, type Report, type Row } from "./top-report.ts";
import { harmless } from "./top-text.ts";

/** How many rows are asked for; the table says when there are more. */
const maxRows = 200;
const maxFindings = 1000;

/** How long an answer may take, in milliseconds. */
const patienceMs = 5000;

// The collector adds up in stretches of ten seconds: a window that begins with one is exact.
const stretchMs = 10_000;

/** One answer of the collector. */
interface Answer {
  readonly body: unknown;
  /** When it was given, in Unix ms on the collector's clock. */
  readonly time: number;
}

/** Asks a collector for its hot spots over HTTP. Whatever fails is a Failure of one sentence. */
export class TopClient {
  /** As it is shown to people. */
  readonly url: string;
  readonly #token: string | undefined;
  readonly #requests = new Set<AbortController>();

  /** @throws Failure if the token is none that can be sent */
  constructor(url: URL, token: string | undefined) {
    if (token !== undefined && !/^[\u0021-\u007E]+$/.test(token)) {
      throw new Failure("a token is made of ASCII characters without spaces", 2);
    }
    this.url = url.href.replace(/\/+$/, "");
    this.#token = token;
  }

  /** What is so now, and what was in the last `minutes`. */
  async report(minutes: number): Promise<Report> {
    const first = await this.#ask("/api/services");
    const services = this.#items<ServiceInfo>(first);
    const { time } = first;
    const from = Math.floor((time - minutes * 60_000) / stretchMs) * stretchMs;
    const [spots, findings] = await Promise.all([
      this.#ask("/api/hotspots", { from, limit: maxRows }),
      this.#ask("/api/findings", { limit: maxFindings }),
    ]);
    return {
      time,
      from,
      services,
      rows: rowsOf(this.#items<HotSpot>(spots).filter(isHotSpot), { services, from, time }),
      more: (spots.body as { next?: unknown }).next !== null,
      findings: this.#items<KeptFinding>(findings),
    };
  }

  /** Everything of one row's primitive since `from`. */
  async detail({ key, spot }: Row, from: number): Promise<Detail> {
    const { service, primitive } = spot;
    const path = `/api/primitives/${encodeURIComponent(service)}/${encodeURIComponent(primitive.name)}`;
    const type = primitive.type === "" ? {} : { type: primitive.type };
    const { body } = await this.#ask(path, { from, ...type }, true);
    return { key, primitive: body as PrimitiveDetail | null };
  }

  /** Gives up whatever is asked. */
  close(): void {
    for (const request of this.#requests) request.abort();
  }

  async #ask(path: string, query: Record<string, string | number> = {}, mayLack = false): Promise<Answer> {
    const url = new URL(this.url + path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    const [response, text] = await this.#get(url);
    if (mayLack && response.status === 404) return { body: null, time: 0 };
    if (!response.ok) throw new Failure(this.#refused(response.status, text));
    const body = parsed(text);
    if (body === null || typeof body !== "object") throw this.#stranger();
    return { body, time: timeOf(response) };
  }

  async #get(url: URL): Promise<[Response, string]> {
    const authorization = this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` };
    const request = new AbortController();
    const impatience = setTimeout(() => request.abort(tooLate), patienceMs);
    this.#requests.add(request);
    try {
      // A token must not follow a redirection to wherever.
      const response = await fetch(url, {
        headers: authorization,
        redirect: "error",
        signal: request.signal,
      });
      return [response, await response.text()];
    } catch (error) {
      throw new Failure(this.#unreachable(error));
    } finally {
      clearTimeout(impatience);
      this.#requests.delete(request);
    }
  }

  #items<Item>({ body }: Answer): Item[] {
    const { items } = body as { items?: unknown };
    if (!Array.isArray(items)) throw this.#stranger();
    return items as Item[];
  }

  #unreachable(error: unknown): string {
    const { cause } = error as { cause?: { code?: unknown; message?: unknown } };
    if (error === tooLate) return `the collector at ${this.url} did not answer within 5 s`;
    const code = cause?.code;
    if (code === "ECONNREFUSED") {
      return `nothing listens at ${this.url}; start a collector with \`holdup serve\`, or give its URL`;
    }
    if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `there is no host ${new URL(this.url).hostname}`;
    return `the collector at ${this.url} can't be reached: ${String(cause?.message ?? code ?? error)}`;
  }

  #refused(status: number, text: string): string {
    if (status === 401) {
      return this.#token === undefined
        ? `the collector at ${this.url} asks for a token; give it with --token`
        : `the collector at ${this.url} does not take this token`;
    }
    const { error } = (parsed(text) ?? {}) as { error?: { message?: unknown } };
    const message = typeof error?.message === "string" ? `: ${harmless(error.message)}` : "";
    if (status === 404) return this.#stranger().message;
    return `the collector at ${this.url} answered ${status}${message}`;
  }

  #stranger(): Failure {
    return new Failure(`what answers at ${this.url} is not a Holdup collector`);
  }
}

const tooLate = new Error("too late");

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// The header tells whole seconds, cut off: half a second later is right on average.
function timeOf(response: Response): number {
  const date = Date.parse(response.headers.get("date") ?? "");
  return Number.isNaN(date) ? Date.now() : date + 500;
}

// Who answers may be another version, or none of ours.
function isHotSpot(item: Partial<HotSpot> | null): boolean {
  return typeof item?.service === "string" && typeof item.primitive?.name === "string";
}

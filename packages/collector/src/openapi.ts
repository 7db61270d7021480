/** What the collector answers, route by route, as an OpenAPI document. */

import { object, page, ref, schemas, type Schema } from "./openapi-schemas.ts";
import { version } from "./status.ts";

interface Parameter {
  readonly name: string;
  readonly in: "query" | "path";
  readonly description: string;
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Content {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Operation {
  readonly summary: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content & { readonly required: boolean };
  readonly responses: Readonly<Record<string, Content>>;
  readonly security?: readonly object[];
}

/** An OpenAPI 3.1 document, as far as this one uses it. */
export interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, { readonly get?: Operation; readonly post?: Operation }>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
  readonly security: readonly object[];
}

const text: Schema = { type: "string" };

function query(name: string, description: string, schema: Schema = text): Parameter {
  return { name, in: "query", description, schema };
}

function path(name: string, description: string): Parameter {
  return { name, in: "path", required: true, description, schema: text };
}

function json(description: string, schema: Schema): Content {
  return { description, content: { "application/json": { schema } } };
}

const service = query("service", "Of this service only.");
const time: Schema = {
  anyOf: [
    { type: "string", format: "date-time" },
    { type: "string", format: "date" },
    { type: "integer", minimum: 0 },
  ],
};
const from = query("from", "ISO 8601 or Unix milliseconds; fifteen minutes before `to` if absent.", time);
const to = query("to", "ISO 8601 or Unix milliseconds; now if absent.", time);
const limit = query("limit", "How many items.", {
  type: "integer",
  minimum: 1,
  maximum: 1_000,
  default: 100,
});
const cursor = query("cursor", "The `next` of the page before.");
const grouping = query("by", "What makes a row.", {
  enum: ["primitive", "waiter", "holder"],
  default: "primitive",
});

const failure = (description: string): Content => json(description, ref("Error"));

/** A route that is read, and what may be wrong with asking. */
function read(summary: string, schema: Schema, parameters: readonly Parameter[] = []): { get: Operation } {
  return {
    get: {
      summary,
      ...(parameters.length === 0 ? {} : { parameters }),
      responses: {
        200: json("The answer.", schema),
        400: failure("A parameter is unknown or has a bad value."),
        401: failure("The collector's token is missing."),
        500: failure("The collector failed to answer; its log says why."),
      },
    },
  };
}

function notFound(route: { get: Operation }, description: string): { get: Operation } {
  return { get: { ...route.get, responses: { ...route.get.responses, 404: failure(description) } } };
}

function open(summary: string, answers: Readonly<Record<string, Content>>): { get: Operation } {
  return { get: { summary, responses: answers, security: [] } };
}

function both(description: string, schema: Schema): Content {
  return {
    description,
    content: { "application/json": { schema }, "application/x-protobuf": { schema: {} } },
  };
}

function otlp(what: string): { post: Operation } {
  return {
    post: {
      summary: `Takes ${what} over OTLP/HTTP, plain or gzip.`,
      requestBody: { required: true, ...both(`An OTLP export request for ${what}.`, { type: "object" }) },
      security: [{}, { otlpKey: [] }, { bearer: [] }],
      responses: {
        200: both("Taken, in the form of the request; what was rejected is named.", ref("OtlpAnswer")),
        400: both("It can't be read; not to be sent again.", ref("OtlpStatus")),
        401: both("The key is missing or wrong.", ref("OtlpStatus")),
        403: both("The host name or the page's origin is not allowed.", ref("OtlpStatus")),
        413: both("The body is too large.", ref("OtlpStatus")),
        415: { description: "Neither JSON nor protobuf, or compressed otherwise than by gzip." },
        500: both("The collector would fail on it again.", ref("OtlpStatus")),
        503: both("To be sent again after `Retry-After` seconds.", ref("OtlpStatus")),
      },
    },
  };
}

const html = (description: string): Content => ({ description, content: { "text/html": { schema: text } } });
const login = {
  303: { description: "Logged in: a cookie is set, and the dashboard is at `Location`." },
  401: html("The link or the token is not valid."),
};

export const openApi: OpenApi = {
  openapi: "3.1.0",
  info: {
    title: "Holdup collector",
    version,
    description: "Hot spots of waiting in Node services. Times are Unix milliseconds, durations seconds.",
  },
  security: [{}, { bearer: [] }, { session: [] }],
  paths: {
    "/api/status": read("What was received, refused and dropped.", ref("Status")),
    "/api/services": read("Who sends.", page("Service")),
    "/api/hotspots": read(
      "What is waited for, by whom, because of whom, at what cost; the costliest first.",
      page("HotSpot"),
      [service, from, to, grouping, limit, cursor],
    ),
    "/api/primitives/{service}/{name}": notFound(
      read("Everything known of one primitive.", ref("PrimitiveDetail"), [
        path("service", "Its service."),
        path("name", "Its name."),
        query("type", "Its type, if primitives of several types share the name."),
        from,
        to,
      ]),
      "No such primitive in that time.",
    ),
    "/api/waits": read("Single waits whose spans were kept, newest first.", page("KeptWait"), [
      service,
      query("primitive", "For this primitive only."),
      from,
      to,
      limit,
      cursor,
    ]),
    "/api/holds": read(
      "Single holds whose spans were kept, newest first: mostly those that somebody waited behind.",
      page("KeptHold"),
      [service, query("primitive", "For this primitive only."), from, to, limit, cursor],
    ),
    "/api/waitgraph": read(
      "Who waits for whom right now: primitives with their holders and waiters, process by process.",
      page("WaitGraphItem"),
      [service],
    ),
    "/api/findings": read("What programs found wrong with themselves, newest first.", page("Finding"), [
      service,
      from,
      to,
      limit,
      cursor,
    ]),
    "/api/profiles": {
      ...read(
        "What flamegraphs can be made of: the waits of the metrics, and what was sent, newest first.",
        page("Profile"),
        [service, limit, cursor],
      ),
      post: {
        summary:
          "Keeps a profile: a contention.json, a .cpuprofile, a Chrome trace or folded stacks, plain or gzip.",
        parameters: [
          query("name", "What it is called, up to 200 characters.", { type: "string", default: "profile" }),
          query("service", "Whose it is."),
        ],
        requestBody: {
          required: true,
          description: "The profile.",
          content: { "application/json": { schema: { type: "object" } }, "text/plain": { schema: text } },
        },
        responses: {
          201: json("Kept.", ref("Profile")),
          400: failure("It is none of these, or can't be read."),
          401: failure("The collector's token is missing."),
          413: failure("It is too large."),
          415: failure("It is compressed otherwise than by gzip."),
          503: failure("To be sent again after `Retry-After` seconds."),
        },
      },
    },
    "/api/profiles/{id}": notFound(
      read(
        "A profile as it was sent; of the id `waits`, who waits for whom by the metrics.",
        { anyOf: [ref("WaitsProfile"), { type: "object" }] },
        [
          path("id", "Its id."),
          query("service", "Of `waits`: of this service only."),
          query("from", "Of `waits`: as elsewhere.", time),
          query("to", "Of `waits`: as elsewhere.", time),
        ],
      ),
      "There is no such profile (any more).",
    ),
    "/api/event-loop": read(
      "How the event loop of each process did, and how much waiting was its fault; of the last hour.",
      page("EventLoopHistory"),
      [service, from, to],
    ),
    "/api/openapi.json": read("This document.", { type: "object" }),
    "/healthz": open("Whether the collector lives.", { 200: json("It does.", ref("Health")) }),
    "/readyz": open("Whether it can take telemetry now.", {
      200: json("It can.", ref("Readiness")),
      503: json("It is stopping, or its store does not answer.", ref("Readiness")),
    }),
    "/metrics": {
      get: {
        summary: "The collector's own figures and the hot spots, for Prometheus.",
        responses: {
          200: { description: "Prometheus text.", content: { "text/plain": { schema: text } } },
          401: failure("The collector's token is missing."),
        },
      },
    },
    "/login": {
      get: {
        summary: "Lets a browser in.",
        parameters: [query("t", "The ticket of the printed link, good once, or the token.")],
        responses: { 200: html("A form for the token."), ...login },
        security: [],
      },
      post: {
        summary: "Lets a browser in by the token of the form.",
        requestBody: {
          required: true,
          description: "The form.",
          content: { "application/x-www-form-urlencoded": { schema: object({ token: text }) } },
        },
        responses: login,
        security: [],
      },
    },
    "/v1/traces": otlp("spans"),
    "/v1/metrics": otlp("metrics"),
    "/v1/logs": otlp("log records"),
  },
  components: {
    schemas,
    securitySchemes: {
      bearer: { type: "http", scheme: "bearer", description: "The token, or for OTLP a key." },
      session: { type: "apiKey", in: "cookie", name: "holdup_…", description: "Set by /login." },
      otlpKey: { type: "apiKey", in: "header", name: "x-otlp-api-key" },
    },
  },
};

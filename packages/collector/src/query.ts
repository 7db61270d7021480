/** The parameters of the read routes, checked: an unknown or malformed one is an error, never ignored. */

import { hotSpotWindowSeconds, type Grouping } from "@holdup/protocol";
import type { EventLoopQuery } from "./event-loops.ts";
import type { FindingQuery, HotSpotQuery, PrimitiveQuery, TimeSpan, WaitQuery } from "./store.ts";

/** A request that can't be answered; becomes a 4xx with a code and a sentence. */
export class RequestError extends Error {
  override readonly name: string = "RequestError";
  readonly code: string;
  readonly statusCode: number;

  constructor(statusCode: number, code: string, message: string) {
    super(message);
    this.statusCode = statusCode;
    this.code = code;
  }
}

/** The parameters as they are in the URL; one given twice is an array. */
export type RawQuery = Readonly<Record<string, unknown>>;

const defaultLimit = 100;
const maxLimit = 1_000;

const groupings: readonly Grouping[] = ["primitive", "waiter", "holder"];

export function hotSpotQuery(raw: RawQuery, now: number): HotSpotQuery {
  const query = read(raw, ["service", "from", "to", "by", "limit", "cursor"]);
  return {
    ...span(query, now),
    service: query.get("service"),
    by: oneOf(query, "by", groupings) ?? "primitive",
    limit: limit(query),
    cursor: cursor(query),
  };
}

export function primitiveQuery(
  path: { readonly service: string; readonly name: string },
  raw: RawQuery,
  now: number,
): PrimitiveQuery {
  const query = read(raw, ["type", "from", "to"]);
  return { ...path, ...span(query, now), type: query.get("type") };
}

/** For single waits, and for single holds. */
export function waitQuery(raw: RawQuery, now: number): WaitQuery {
  const query = read(raw, ["service", "primitive", "from", "to", "limit", "cursor"]);
  return {
    ...span(query, now),
    service: query.get("service"),
    primitive: query.get("primitive"),
    limit: limit(query),
    cursor: cursor(query),
  };
}

export function findingQuery(raw: RawQuery, now: number): FindingQuery {
  const query = read(raw, ["service", "from", "to", "limit", "cursor"]);
  return { ...span(query, now), service: query.get("service"), limit: limit(query), cursor: cursor(query) };
}

export function eventLoopQuery(raw: RawQuery, now: number): EventLoopQuery {
  const query = read(raw, ["service", "from", "to"]);
  return { ...span(query, now), service: query.get("service") };
}

/** The service asked for; undefined: all. */
export function serviceQuery(raw: RawQuery): string | undefined {
  return read(raw, ["service"]).get("service");
}

/** Which of the kept profiles. */
export function profilesQuery(raw: RawQuery): {
  service: string | undefined;
  limit: number;
  cursor: string | undefined;
} {
  const query = read(raw, ["service", "limit", "cursor"]);
  return { service: query.get("service"), limit: limit(query), cursor: cursor(query) };
}

/** Of which service and time the profile of the metrics is. */
export function profileQuery(raw: RawQuery, now: number): TimeSpan & { service: string | undefined } {
  const query = read(raw, ["service", "from", "to"]);
  return { ...span(query, now), service: query.get("service") };
}

/** What a profile that is sent is called. */
export function newProfileQuery(raw: RawQuery): { name: string; service: string | undefined } {
  const query = read(raw, ["name", "service"]);
  return { name: short(query, "name") ?? "profile", service: short(query, "service") };
}

const longestName = 200;

function short(query: Query, name: string): string | undefined {
  const text = query.get(name);
  if (text === undefined || text.length <= longestName) return text;
  throw badValue(name, `is longer than ${longestName} characters`);
}

/** For routes without parameters. */
export function noQuery(raw: RawQuery): void {
  read(raw, []);
}

type Query = ReadonlyMap<string, string>;

function read(raw: RawQuery, known: readonly string[]): Query {
  const query = new Map<string, string>();
  for (const [name, value] of Object.entries(raw)) {
    if (!known.includes(name)) throw unknownParameter(name, known);
    if (typeof value !== "string") throw badValue(name, "is given twice");
    if (value === "") throw badValue(name, "is empty");
    query.set(name, value);
  }
  return query;
}

function span(query: Query, now: number): TimeSpan {
  const to = time(query, "to") ?? now;
  const from = time(query, "from") ?? to - hotSpotWindowSeconds * 1000;
  if (from > to) throw badValue("from", "is later than to");
  return { from, to };
}

function time(query: Query, name: string): number | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : isoTime(text);
  if (Number.isFinite(value) && value <= 8.64e15) return value;
  throw badValue(name, "is neither Unix milliseconds nor an ISO 8601 time");
}

// Date.parse alone takes "1 apple" for a date.
function isoTime(text: string): number {
  return /^\d{4}-\d\d(-\d\d(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?)?$/.test(text) ? Date.parse(text) : Number.NaN;
}

function limit(query: Query): number {
  const text = query.get("limit") ?? String(defaultLimit);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= maxLimit) return value;
  throw badValue("limit", `is not a whole number from 1 to ${maxLimit}`);
}

function cursor(query: Query): string | undefined {
  const text = query.get("cursor");
  if (text === undefined || /^\d{1,15}$/.test(text)) return text;
  throw badValue("cursor", "is not the next of an earlier answer");
}

function oneOf<Name extends string>(query: Query, name: string, names: readonly Name[]): Name | undefined {
  const text = query.get(name);
  const found = names.find((known) => known === text);
  if (text === undefined || found !== undefined) return found;
  throw badValue(name, `is none of ${names.join(", ")}`);
}

function unknownParameter(name: string, known: readonly string[]): RequestError {
  const hint = known.length === 0 ? "there are none" : `known are ${known.join(", ")}`;
  return new RequestError(
    400,
    "unknown_parameter",
    `The parameter ${name.slice(0, 100)} is unknown; ${hint}.`,
  );
}

function badValue(name: string, problem: string): RequestError {
  return new RequestError(400, "bad_value", `The parameter ${name} ${problem}.`);
}

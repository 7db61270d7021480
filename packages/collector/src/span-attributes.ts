/** What the collector reads of a span's attributes, each in its place: of thousands a second a Map each is too much. */

import { attribute } from "@holdup/protocol";
import { numberIn, textIn } from "./attributes.ts";
import type { Value } from "./telemetry.ts";

/** Texts are "" and numbers 0 where the span says none, or something else. */
export interface SpanAttributes {
  /** How many the span has, whoever reads them. */
  readonly count: number;
  /** Undefined: the span is of no primitive. */
  readonly primitiveName: string | undefined;
  readonly primitiveType: string;
  readonly operation: string;
  readonly outcome: string;
  /** Undefined where the span does not say. */
  readonly contended: boolean | undefined;
  readonly functionName: string;
  readonly filePath: string;
  readonly lineNumber: number;
  readonly holderFunctionName: string;
  readonly holderFilePath: string;
  readonly holderLineNumber: number;
  /** The name of the task, or its id if it has none. */
  readonly task: string;
  /** Seconds; undefined where the span does not say. */
  readonly blocked: number | undefined;
  readonly handoff: number;
  readonly permitsRequested: number;
  readonly samplingProbability: number;
}

/** Attributes that are still being read. */
export class SpanAttributesDraft implements SpanAttributes {
  #taskId = "";
  #taskName = "";
  count = 0;
  primitiveName: string | undefined = undefined;
  primitiveType = "";
  operation = "";
  outcome = "";
  contended: boolean | undefined = undefined;
  functionName = "";
  filePath = "";
  lineNumber = 0;
  holderFunctionName = "";
  holderFilePath = "";
  holderLineNumber = 0;
  task = "";
  blocked: number | undefined = undefined;
  handoff = 0;
  permitsRequested = 0;
  samplingProbability = 0;

  set taskId(id: string) {
    this.#taskId = id;
    this.task = this.#taskName || id;
  }

  set taskName(name: string) {
    this.#taskName = name;
    this.task = name || this.#taskId;
  }

  /** Takes in the value of the attribute with that number; a later one takes the place of an earlier one. */
  set(number: number, value: Value): void {
    places[number]?.[1](this, value);
  }
}

/** The number of an attribute for `set`, or `unread`. */
export function spanAttributeNumber(key: string): number {
  return numbers.get(key) ?? unread;
}

/** Of what nobody reads. */
export const unread = -1;

// An empty name may arrive as no value at all.
const places: readonly (readonly [key: string, set: (draft: SpanAttributesDraft, value: Value) => void])[] = [
  [attribute.primitiveName, (to, value) => (to.primitiveName = nameIn(value))],
  [attribute.primitiveType, (to, value) => (to.primitiveType = textIn(value))],
  [attribute.operationName, (to, value) => (to.operation = textIn(value))],
  [attribute.outcome, (to, value) => (to.outcome = textIn(value))],
  [attribute.contended, (to, value) => (to.contended = typeof value === "boolean" ? value : undefined)],
  [attribute.functionName, (to, value) => (to.functionName = textIn(value))],
  [attribute.filePath, (to, value) => (to.filePath = textIn(value))],
  [attribute.lineNumber, (to, value) => (to.lineNumber = numberIn(value))],
  [attribute.holderFunctionName, (to, value) => (to.holderFunctionName = textIn(value))],
  [attribute.holderFilePath, (to, value) => (to.holderFilePath = textIn(value))],
  [attribute.holderLineNumber, (to, value) => (to.holderLineNumber = numberIn(value))],
  [attribute.taskId, (to, value) => (to.taskId = textIn(value))],
  [attribute.taskName, (to, value) => (to.taskName = textIn(value))],
  [attribute.waitBlocked, (to, value) => (to.blocked = numberIn(value))],
  [attribute.waitHandoff, (to, value) => (to.handoff = numberIn(value))],
  [attribute.permitsRequested, (to, value) => (to.permitsRequested = numberIn(value))],
  [attribute.samplingProbability, (to, value) => (to.samplingProbability = numberIn(value))],
];
const numbers = new Map(places.map(([key], number) => [key, number]));

function nameIn(value: Value): string | undefined {
  return typeof value === "string" || value === null ? textIn(value) : undefined;
}

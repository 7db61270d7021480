/** A span of a wait or a hold, as a program's OTLP/JSON requests have it. */

import { attribute, type Site } from "@holdup/protocol";
import { startOfTime } from "./world.ts";

export interface SpanOptions {
  readonly seconds: number;
  readonly name?: string;
  readonly type?: string;
  readonly site?: Site;
  readonly probability?: number;
  /** The numbers of the holds that it waited for. */
  readonly holders?: readonly number[];
  /** Unix ms. */
  readonly end?: number;
}

export interface WireSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly object[];
  readonly links: readonly object[];
}

const traceId = "1".repeat(32);

/** The span with that name and number. */
export function spanOf(title: string, number: number, options: SpanOptions): WireSpan {
  const { seconds, name = "accounts", type = "lock", site, probability = 1, holders = [] } = options;
  const { end = startOfTime } = options;
  return {
    traceId,
    spanId: idOf(number),
    name: title,
    startTimeUnixNano: `${end - seconds * 1_000}000000`,
    endTimeUnixNano: `${end}000000`,
    attributes: [
      text(attribute.primitiveName, name),
      text(attribute.primitiveType, type),
      text(attribute.operationName, "acquire"),
      text(attribute.outcome, "granted"),
      { key: attribute.contended, value: { boolValue: true } },
      { key: attribute.samplingProbability, value: { doubleValue: probability } },
      ...(site === undefined
        ? []
        : [
            text(attribute.functionName, site.functionName),
            text(attribute.filePath, site.filePath),
            { key: attribute.lineNumber, value: { intValue: String(site.lineNumber) } },
          ]),
    ],
    links: holders.map((holder) => ({
      traceId,
      spanId: idOf(holder),
      attributes: [text(attribute.linkType, "holder")],
    })),
  };
}

function idOf(number: number): string {
  return number.toString(16).padStart(16, "0");
}

function text(key: string, stringValue: string): object {
  return { key, value: { stringValue } };
}

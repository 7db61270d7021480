/** Sites in the user's source as attributes carry them. */

import { attribute, notSampled, type Site } from "@holdup/protocol";
import { numberOf, textOf } from "./attributes.ts";
import type { SpanAttributes } from "./span-attributes.ts";
import type { Attributes, Value } from "./telemetry.ts";

/** The site of the operation itself; null if its program did not tell. */
export function siteOf(attributes: Attributes): Site | null {
  return site(attributes, attribute.functionName, attribute.filePath, attribute.lineNumber);
}

/** The site of the hold that blocked; null if nobody held. */
export function holderSiteOf(attributes: Attributes): Site | null {
  return site(attributes, attribute.holderFunctionName, attribute.holderFilePath, attribute.holderLineNumber);
}

/** The site of the operation that a span is of; null if its program did not tell. */
export function siteOfSpan({
  functionName,
  filePath,
  lineNumber,
}: Pick<SpanAttributes, "functionName" | "filePath" | "lineNumber">): Site | null {
  return siteAt(functionName, filePath, lineNumber);
}

/** The site of the hold that blocked it; null if nobody held. */
export function holderSiteOfSpan(
  attributes: Pick<SpanAttributes, "holderFunctionName" | "holderFilePath" | "holderLineNumber">,
): Site | null {
  const { holderFunctionName, holderFilePath, holderLineNumber } = attributes;
  return siteAt(holderFunctionName, holderFilePath, holderLineNumber);
}

/** A site in the body of an event; null if it is none. */
export function siteIn(value: Value | undefined): Site | null {
  if (!(value instanceof Map)) return null;
  return {
    functionName: textOf(value, "functionName"),
    filePath: textOf(value, "filePath"),
    lineNumber: numberOf(value, "lineNumber"),
  };
}

/** Whether it is a place in the source: its program told it and had looked it up. */
export function isKnown(place: Site | null): boolean {
  return place !== null && place.filePath !== notSampled;
}

/** What makes two sites the same. */
export function siteKey(place: Site | null): string {
  return place === null ? "" : `${place.filePath}:${place.lineNumber}:${place.functionName}`;
}

/** An order in which no two sites are equal that differ; none comes last. */
export function compareSites(a: Site | null, b: Site | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [left, right] = [siteKey(a), siteKey(b)];
  return left === right ? 0 : left < right ? -1 : 1;
}

function site(
  attributes: Attributes,
  functionName: string,
  filePath: string,
  lineNumber: string,
): Site | null {
  const name = textOf(attributes, functionName);
  return siteAt(name, textOf(attributes, filePath), numberOf(attributes, lineNumber));
}

function siteAt(functionName: string, filePath: string, lineNumber: number): Site | null {
  return filePath === "" && functionName === "" ? null : { functionName, filePath, lineNumber };
}

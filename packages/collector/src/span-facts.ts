/** What many spans say alike: all but their ids, times, figures and tasks. One object stands for all that say the same. */

import type { Site } from "@holdup/protocol";
import { orUnnamed } from "./primitive-name.ts";
import { holderSiteOfSpan, siteOfSpan } from "./site.ts";
import type { SpanAttributes } from "./span-attributes.ts";

/** What a span records of a primitive. */
export type SpanKind = "wait" | "hold";

/** The attributes of a span that are no facts: nearly each span has its own. */
export type SpanFigures = Pick<
  SpanAttributes,
  "task" | "blocked" | "handoff" | "permitsRequested" | "samplingProbability"
>;

export type FactAttributes = Omit<SpanAttributes, keyof SpanFigures>;

export class SpanFacts {
  readonly name: string;
  readonly attributes: FactAttributes;
  /** Undefined for a span of something else. */
  readonly kind: SpanKind | undefined;
  /** The primitive's, as it is shown: never empty. */
  readonly primitive: { readonly name: string; readonly type: string };
  /** Of the operation; null if its program did not tell. */
  readonly site: Site | null;
  /** Of the hold that blocked it; null if nobody held. */
  readonly holderSite: Site | null;

  constructor(name: string, attributes: FactAttributes) {
    const { count, primitiveName, primitiveType, operation, outcome, contended } = attributes;
    const { functionName, filePath, lineNumber } = attributes;
    const { holderFunctionName, holderFilePath, holderLineNumber } = attributes;
    this.name = name;
    this.attributes = {
      count,
      primitiveName,
      primitiveType,
      operation,
      outcome,
      contended,
      functionName,
      filePath,
      lineNumber,
      holderFunctionName,
      holderFilePath,
      holderLineNumber,
    };
    this.kind = primitiveName === undefined ? undefined : kindOf(name);
    this.primitive = { name: orUnnamed(primitiveName ?? ""), type: primitiveType };
    this.site = siteOfSpan(attributes);
    this.holderSite = holderSiteOfSpan(attributes);
  }
}

function kindOf(name: string): SpanKind | undefined {
  if (name.startsWith("wait ")) return "wait";
  return name.startsWith("hold ") ? "hold" : undefined;
}

/** How deep a JSON document nests and how many objects it has, without parsing it. */

const quote = 0x22;
const backslash = 0x5c;

/** What a document may not exceed. */
export interface JsonLimits {
  readonly maxDepth: number;
  /** Of objects and arrays together. */
  readonly maxObjects: number;
}

/**
 * The limit that the document exceeds; looks no further than the first place that does. Of bytes that are not
 * JSON it says something of the part before the fault, and nothing behind it is ever parsed.
 */
export function exceeds(
  body: Uint8Array,
  { maxDepth, maxObjects }: JsonLimits,
): keyof JsonLimits | undefined {
  let depth = 0;
  let objects = 0;
  for (let i = 0; i < body.length; i++) {
    const byte = body[i] as number;
    if (byte === quote) i = endOfString(body, i);
    else if (opens(byte)) {
      if (++depth > maxDepth) return "maxDepth";
      if (++objects > maxObjects) return "maxObjects";
    } else if (closes(byte)) depth--;
  }
  return undefined;
}

// The place of the closing quote. In UTF-8 no byte of a longer character looks like one.
function endOfString(body: Uint8Array, start: number): number {
  for (let i = start + 1; i < body.length; i++) {
    const byte = body[i];
    if (byte === quote) return i;
    if (byte === backslash) i++;
  }
  return body.length;
}

function opens(byte: number): boolean {
  return byte === 0x5b || byte === 0x7b; // [ {
}

function closes(byte: number): boolean {
  return byte === 0x5d || byte === 0x7d; // ] }
}

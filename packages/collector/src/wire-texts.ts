/** Texts and ids as they are on the wire, each made once while it keeps coming: names come again in every request. */

import { Interned } from "./interned.ts";

/** The bytes of a request, in the two forms in which they are read. */
export interface WireBytes {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** The bytes of a request. */
export function wireBytes({ buffer, byteOffset, byteLength }: Uint8Array): WireBytes {
  return {
    bytes: Buffer.from(buffer, byteOffset, byteLength),
    view: new DataView(buffer, byteOffset, byteLength),
  };
}

const texts = new Interned<string>({ places: 4096, maxBytes: 128 });
const ids = new Interned<string>({ places: 4096, maxBytes: 16 });

/** UTF-8 as a text; what is none becomes replacement characters. */
export function textAt(wire: WireBytes, start: number, end: number): string {
  return made(texts, "utf8", wire, start, end);
}

/** Bytes as hex digits. */
export function hexAt(wire: WireBytes, start: number, end: number): string {
  return made(ids, "hex", wire, start, end);
}

function made(
  known: Interned<string>,
  encoding: "utf8" | "hex",
  { bytes, view }: WireBytes,
  start: number,
  end: number,
): string {
  if (start === end) return "";
  const found = known.get(view, start, end);
  if (found !== undefined) return found;
  const text = bytes.toString(encoding, start, end);
  known.set(view, start, end, text);
  return text;
}

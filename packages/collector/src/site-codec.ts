/** Sites as bytes. */

import type { Site } from "@holdup/protocol";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import type { TextReader, TextWriter } from "./text-codec.ts";

export function writeSite(to: ByteWriter, texts: TextWriter, site: Site): void {
  texts.write(site.functionName);
  texts.write(site.filePath);
  to.number(site.lineNumber);
}

export function readSite(from: ByteReader, texts: TextReader): Site {
  return { functionName: texts.read(), filePath: texts.read(), lineNumber: from.number() };
}

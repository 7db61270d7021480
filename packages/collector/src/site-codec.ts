/** Sites as bytes. */

import type { Site } from "@holdup/protocol";
import type { ByteReader, ByteWriter } from "./bytes.ts";
import type { Program } from "./program.ts";
import type { TextReader, TextWriter } from "./text-codec.ts";

export function writeSite(to: ByteWriter, texts: TextWriter, site: Site): void {
  texts.write(site.functionName);
  texts.write(site.filePath);
  to.number(site.lineNumber);
}

/** The same of a site that comes again and again in what one program sends. */
export function writeSiteOf(to: ByteWriter, texts: TextWriter, program: Program, site: Site): void {
  texts.writeAll(program, site, textsOf);
  to.number(site.lineNumber);
}

function textsOf(_: Program, { functionName, filePath }: Site): readonly string[] {
  return [functionName, filePath];
}

export function readSite(from: ByteReader, texts: TextReader): Site {
  return { functionName: texts.read(), filePath: texts.read(), lineNumber: from.number() };
}

/** Texts among other bytes: one that came before is written as its number. */

import { BytesError, type ByteReader, type ByteWriter } from "./bytes.ts";

export class TextWriter {
  readonly #to: ByteWriter;
  readonly #known = new Map<string, number>();

  constructor(to: ByteWriter) {
    this.#to = to;
  }

  write(text: string): void {
    const number = this.#known.get(text);
    this.#to.varint(number ?? this.#known.size);
    if (number !== undefined) return;
    this.#known.set(text, this.#known.size);
    this.#to.text(text);
  }
}

export class TextReader {
  readonly #from: ByteReader;
  readonly #known: string[] = [];

  constructor(from: ByteReader) {
    this.#from = from;
  }

  read(): string {
    const number = this.#from.varint();
    if (number > this.#known.length) throw new BytesError("A text is missing.");
    return (this.#known[number] ??= this.#from.text());
  }
}

/** Texts among other bytes: one that came before is written as its number. */

import { BytesError, type ByteReader, type ByteWriter } from "./bytes.ts";

export class TextWriter {
  readonly #to: ByteWriter;
  readonly #known = new Map<string, number>();
  // The numbers of texts that were written together, by what they are about, which is all part of one thing.
  #whole: object | undefined;
  readonly #groups = new Map<object, readonly number[]>();

  constructor(to: ByteWriter) {
    this.#to = to;
  }

  /** Gives the number of the text. */
  write(text: string): number {
    const known = this.#known.get(text);
    const number = known ?? this.#known.size;
    this.#to.varint(number);
    if (known !== undefined) return number;
    this.#known.set(text, number);
    this.#to.text(text);
    return number;
  }

  /** Writes the texts about a part of something, which are the same each time: they are looked up once. */
  writeAll<Whole extends object, Part extends object>(
    whole: Whole,
    part: Part,
    textsOf: (whole: Whole, part: Part) => readonly string[],
  ): void {
    if (this.#whole !== whole) this.#groups.clear();
    this.#whole = whole;
    const numbers = this.#groups.get(part);
    if (numbers === undefined)
      this.#groups.set(
        part,
        textsOf(whole, part).map((text) => this.write(text)),
      );
    else for (const number of numbers) this.#to.varint(number);
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

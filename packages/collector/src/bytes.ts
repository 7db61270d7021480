/** Writing and reading of plain values as bytes, for what the stores keep in files. */

/** Bytes that end too early or are none of ours. */
export class BytesError extends Error {
  override readonly name: string = "BytesError";
}

export class ByteWriter {
  #bytes: Buffer;
  #view: DataView;
  #length = 0;

  constructor(sizeBytes = 1024) {
    this.#bytes = Buffer.allocUnsafe(sizeBytes);
    this.#view = viewOf(this.#bytes);
  }

  get length(): number {
    return this.#length;
  }

  /** A whole number from 0 to 2^53 − 1. */
  varint(value: number): void {
    this.#reserve(8);
    if (value < 2 ** 31) return this.#shortVarint(value);
    // In two parts that are 32-bit integers, which are quicker to take apart than a double.
    const high = Math.floor(value / 2 ** 28);
    let low = value - high * 2 ** 28;
    for (let i = 0; i < 4; i++) {
      this.#bytes[this.#length++] = (low & 0x7f) | 0x80;
      low >>>= 7;
    }
    this.#shortVarint(high);
  }

  #shortVarint(value: number): void {
    const bytes = this.#bytes;
    let to = this.#length;
    let rest = value;
    while (rest >= 0x80) {
      bytes[to++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[to++] = rest;
    this.#length = to;
  }

  /** Any number; whole ones that are small take a byte or two. */
  number(value: number): void {
    if (value >= 0 && value < maxCompact && Number.isInteger(value)) {
      this.varint(value + 1);
      return;
    }
    this.#reserve(9);
    this.#bytes[this.#length] = 0;
    this.#view.setFloat64(this.#length + 1, value, true);
    this.#length += 9;
  }

  /** A whole number and then any number, both mostly small. */
  pair(whole: number, value: number): void {
    if (whole < 0x80 && value >= 0 && value < 0x7f && Number.isInteger(value)) {
      this.#reserve(2);
      this.#bytes[this.#length++] = whole;
      this.#bytes[this.#length++] = value + 1;
      return;
    }
    this.varint(whole);
    this.number(value);
  }

  signed(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  uint32(value: number): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeUInt32LE(value, this.#length);
  }

  text(value: string): void {
    if (value.length < 64 && this.#ascii(value)) return;
    const sizeBytes = Buffer.byteLength(value);
    this.varint(sizeBytes);
    this.#reserve(sizeBytes);
    this.#length += this.#bytes.write(value, this.#length);
  }

  /** A text, in half the bytes if it consists of pairs of hex digits in lower case, as ids do. */
  hex(value: string): void {
    const sizeBytes = value.length / 2;
    this.#reserve(sizeBytes + 8);
    const start = this.#length;
    this.varint(2 * Math.ceil(sizeBytes));
    for (let i = 0; i < value.length; i += 2) {
      const byte = (digitOf(value.charCodeAt(i)) << 4) | digitOf(value.charCodeAt(i + 1));
      if (byte < 0) {
        this.#length = start;
        this.varint(1);
        this.text(value);
        return;
      }
      this.#bytes[this.#length++] = byte;
    }
  }

  /** What `hex` writes of an id of so many bytes. */
  id(bytes: Uint8Array, at: number, sizeBytes: number): void {
    this.#reserve(sizeBytes + 1);
    const own = this.#bytes;
    let to = this.#length;
    own[to++] = 2 * sizeBytes;
    for (let i = at; i < at + sizeBytes; i++) own[to++] = bytes[i] as number;
    this.#length = to;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** What was written by another one, which is not much: for a few bytes a loop is quicker than a call out of JavaScript. */
  append(other: ByteWriter): void {
    this.#reserve(other.#length);
    const from = other.#bytes;
    const own = this.#bytes;
    const end = other.#length;
    let to = this.#length;
    for (let i = 0; i < end; i++) own[to++] = from[i] as number;
    this.#length = to;
  }

  /** What was written so far, without a copy: it is overwritten after `clear`. */
  view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A copy of what was written so far. */
  take(): Buffer {
    return Buffer.from(this.view());
  }

  clear(): void {
    this.#length = 0;
  }

  // Short names, byte by byte: quicker than a call out of JavaScript. False if it is no ASCII.
  #ascii(value: string): boolean {
    this.#reserve(value.length + 1);
    const start = this.#length;
    this.#bytes[this.#length++] = value.length;
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) {
        this.#length = start;
        return false;
      }
      this.#bytes[this.#length++] = code;
    }
    return true;
  }

  #reserve(sizeBytes: number): void {
    if (this.#length + sizeBytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#bytes.length, this.#length + sizeBytes));
    larger.set(this.view());
    this.#bytes = larger;
    this.#view = viewOf(larger);
  }
}

export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes were read. */
  get at(): number {
    return this.#at;
  }

  /** Goes on reading from another place. */
  seek(at: number): void {
    this.#at = at;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || scale > maxScale) throw new BytesError("The bytes end within a number.");
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  number(): number {
    const compact = this.varint();
    if (compact > 0) return compact - 1;
    const at = this.#advance(8);
    return this.#bytes.readDoubleLE(at);
  }

  signed(): number {
    const value = this.varint();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  uint32(): number {
    return this.#bytes.readUInt32LE(this.#advance(4));
  }

  text(): string {
    const sizeBytes = this.varint();
    const at = this.#advance(sizeBytes);
    return this.#bytes.toString("utf8", at, at + sizeBytes);
  }

  hex(): string {
    const sizeBytes = this.varint();
    if (sizeBytes === 1) return this.text();
    const at = this.#advance(sizeBytes / 2);
    return this.#bytes.toString("hex", at, at + sizeBytes / 2);
  }

  /** The next bytes, without a copy. */
  bytes(sizeBytes: number): Buffer {
    const at = this.#advance(sizeBytes);
    return this.#bytes.subarray(at, at + sizeBytes);
  }

  skip(sizeBytes: number): void {
    this.#advance(sizeBytes);
  }

  #advance(sizeBytes: number): number {
    const at = this.#at;
    this.#at += sizeBytes;
    if (this.#at > this.#bytes.length) throw new BytesError("The bytes end too early.");
    return at;
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

// Of a lower-case hex digit; negative for anything else, NaN too.
function digitOf(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}

const maxCompact = 2 ** 52;
const maxScale = 2 ** 49;

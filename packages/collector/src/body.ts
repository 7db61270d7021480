/** Reading the body of a request within bounds. */

import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, type InputType, type ZlibOptions } from "node:zlib";

/** The body can't be taken; `statusCode` is the answer. */
export class BodyError extends Error {
  override readonly name: string = "BodyError";
  readonly code: string = "ERR_BODY";
  readonly statusCode: 400 | 413 | 503;

  constructor(statusCode: 400 | 413 | 503, message: string, options?: ErrorOptions) {
    super(message, options);
    this.statusCode = statusCode;
  }
}

/** What all requests together may hold in memory while they arrive. */
const maxInFlightBytes = 128 * 1024 * 1024;

export class BodyReader {
  readonly #maxBytes: number;
  #inFlightBytes = 0;

  /** @param maxBytes how large a body may be, compressed and decompressed */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The whole body, decompressed if `gzip`. Throws a BodyError as soon as it is known to be too large. */
  async read(request: IncomingMessage, gzip: boolean): Promise<Uint8Array> {
    if (Number(request.headers["content-length"] ?? 0) > this.#maxBytes) throw this.#tooLarge();
    const body = await this.#collect(request);
    return gzip ? this.#unzip(body) : body;
  }

  async #collect(request: IncomingMessage): Promise<Uint8Array> {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        sizeBytes += chunk.length;
        this.#inFlightBytes += chunk.length;
        if (sizeBytes > this.#maxBytes) throw this.#tooLarge();
        if (this.#inFlightBytes > maxInFlightBytes) {
          throw new BodyError(503, "The collector is receiving too much at once; try again.");
        }
        chunks.push(chunk);
      }
      return Buffer.concat(chunks, sizeBytes);
    } finally {
      this.#inFlightBytes -= sizeBytes;
    }
  }

  async #unzip(body: Uint8Array): Promise<Uint8Array> {
    try {
      const { buffer, engine } = await unzip(body, { maxOutputLength: this.#maxBytes, info: true });
      if (engine.bytesWritten === body.length) return buffer;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw this.#tooLarge();
      throw new BodyError(400, "The body is not valid gzip.", { cause: error });
    }
    throw new BodyError(400, "The body goes on after the end of its gzip data.");
  }

  #tooLarge(): BodyError {
    return new BodyError(413, `The body is larger than ${this.#maxBytes} bytes.`);
  }
}

// With `info` the answer is not the buffer alone, which the types do not know.
const unzip = promisify(gunzip) as unknown as (
  body: InputType,
  options: ZlibOptions & { info: true },
) => Promise<{ buffer: Buffer; engine: { bytesWritten: number } }>;

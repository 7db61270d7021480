/** Reading the body of a request within bounds. */

import type { IncomingMessage } from "node:http";
import { createGunzip, gunzipSync, type ZlibOptions } from "node:zlib";
import type { Claim } from "./pending.ts";

/** The body can't be taken; `statusCode` is the answer. */
export class BodyError extends Error {
  override readonly name: string = "BodyError";
  readonly code: string = "ERR_BODY";
  readonly statusCode: 400 | 413;

  constructor(statusCode: 400 | 413, message: string, options?: ErrorOptions) {
    super(message, options);
    this.statusCode = statusCode;
  }
}

/** How much is decompressed at a time, and so at most beyond the bound. */
const chunkSize = 64 * 1024;
/** What decompresses to no more than this is done at once, in less than it takes to hand it to another thread. */
const smallBytes = 512 * 1024;

/** What `gunzipSync` gives with `info`, of which its types know nothing. */
interface Unzipped {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

const unzipNow = gunzipSync as unknown as (body: Buffer, options: ZlibOptions) => Unzipped;

/** What gzip says at its end of how much it is, and a byte more to see that it is all: a guess, as it may be a lie. */
function roomFor(body: Buffer): number {
  return Math.min(smallBytes, Math.max(chunkSize, body.readUInt32LE(body.length - 4) + 1));
}

export class BodyReader {
  readonly #maxBytes: number;

  /** @param maxBytes how large a body may be, compressed and decompressed */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /**
   * The whole body, decompressed if `gzip`; all of it is on the claim. Throws a BodyError as soon as it is known
   * to be too large and an OverloadError as soon as there is no room for it.
   */
  async read(request: IncomingMessage, gzip: boolean, claim: Claim): Promise<Uint8Array> {
    if (Number(request.headers["content-length"] ?? 0) > this.#maxBytes) throw this.#tooLarge();
    const body = await this.#collect(request, claim);
    if (!gzip) return body;
    return this.#unzipSmall(body, claim) ?? this.#unzip(body, claim);
  }

  // By events: an iterator could not be ended while it waits for the next chunk.
  #collect(request: IncomingMessage, claim: Claim): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    return new Promise<Buffer>((resolve, reject) => {
      claim.onYield = reject;
      request.on("data", (chunk: Buffer) => {
        sizeBytes += chunk.length;
        try {
          if (sizeBytes > this.#maxBytes) throw this.#tooLarge();
          claim.take(chunk.length);
          chunks.push(chunk);
        } catch (error) {
          reject(error);
        }
      });
      request.on("end", () => resolve(Buffer.concat(chunks, sizeBytes)));
      request.on("error", reject);
      request.on("close", () => reject(new Error("The client is gone.")));
    }).finally(() => {
      claim.onYield = undefined;
      request.removeAllListeners("data").pause();
      chunks.length = 0;
    });
  }

  // Undefined if it is none, or not valid: the long way says why.
  #unzipSmall(body: Buffer, claim: Claim): Buffer | undefined {
    const maxOutputLength = Math.min(smallBytes, this.#maxBytes);
    let unzipped: Unzipped;
    try {
      unzipped = unzipNow(body, { maxOutputLength, chunkSize: roomFor(body), info: true });
    } catch {
      return undefined;
    }
    if (unzipped.engine.bytesWritten !== body.length) return undefined;
    claim.take(unzipped.buffer.length);
    return unzipped.buffer;
  }

  async #unzip(body: Uint8Array, claim: Claim): Promise<Uint8Array> {
    const gunzip = createGunzip({ chunkSize });
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    gunzip.end(body);
    try {
      for await (const chunk of gunzip as AsyncIterable<Buffer>) {
        sizeBytes += chunk.length;
        if (sizeBytes > this.#maxBytes) throw this.#tooLarge();
        claim.take(chunk.length);
        chunks.push(chunk);
      }
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (!code.startsWith("Z_")) throw error;
      throw new BodyError(400, "The body is not valid gzip.", { cause: error });
    }
    if (gunzip.bytesWritten !== body.length) {
      throw new BodyError(400, "The body goes on after the end of its gzip data.");
    }
    return Buffer.concat(chunks, sizeBytes);
  }

  #tooLarge(): BodyError {
    return new BodyError(413, `The body is larger than ${this.#maxBytes} bytes.`);
  }
}

/** Who may send: everybody who reaches the collector, or whoever knows one of its keys. */

import type { IncomingMessage } from "node:http";
import { bearerOf, sameSecret } from "./secret.ts";

export class OtlpKeys {
  readonly #keys: readonly string[];

  /** @param keys none: whoever reaches the collector may send; two: the old one and the new one */
  constructor(keys: readonly string[]) {
    this.#keys = keys;
  }

  /** The key stands in exactly one header, `x-otlp-api-key` or `Authorization: Bearer`. */
  allows({ headers }: Pick<IncomingMessage, "headers">): boolean {
    if (this.#keys.length === 0) return true;
    const given = [headers["x-otlp-api-key"], bearerOf(headers.authorization)].filter(isText);
    const [key] = given;
    // All are compared: which one matches is nobody's business either.
    return given.length === 1 && this.#keys.filter((known) => sameSecret(key as string, known)).length > 0;
  }
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/**
 * Who may look: everybody who reaches the collector, or whoever knows its token. A browser gets there by a link that
 * is good once and leaves a cookie; a program sends the token as `Authorization: Bearer`.
 */

import { createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { bearerOf, newSecret, sameSecret } from "./secret.ts";

/** How long a token has to be: 128 bits, if its characters are hex digits. */
export const minTokenLength = 16;

/** The collector can't be started with the token or key it was given, or without one where it needs one. */
export class SecretError extends Error {
  override readonly name: string = "SecretError";
  readonly code: string = "ERR_SECRET";
}

/** @throws SecretError */
export function checkSecret(what: string, secret: string): void {
  if (secret.length < minTokenLength) {
    throw new SecretError(`${what} is too short; give it at least ${minTokenLength} characters.`);
  }
  if (!/^[\x21-\x7e]+$/.test(secret)) {
    throw new SecretError(`${what} has characters that no header may carry; use letters and digits.`);
  }
}

export class Access {
  readonly #token: string | undefined;
  // What the cookie holds: known only to whoever was given it.
  readonly #session: string;
  // Cookies know no ports: two collectors of one machine need two names.
  readonly #cookie: string;
  #ticket: string | undefined;

  /** @param token undefined: whoever reaches the collector may look */
  constructor(token: string | undefined) {
    this.#token = token;
    this.#session = derived(token ?? newSecret(), "holdup session");
    this.#cookie = `holdup_${derived(this.#session, "holdup cookie").slice(0, 8)}`;
    this.#ticket = token === undefined ? undefined : newSecret();
  }

  /** Whether a token is asked for. */
  get guarded(): boolean {
    return this.#token !== undefined;
  }

  /** The path that lets one browser in, once; undefined if none is needed. */
  get loginPath(): string | undefined {
    return this.#ticket === undefined ? undefined : `/login?t=${this.#ticket}`;
  }

  allows({ headers }: Pick<IncomingMessage, "headers">): boolean {
    if (this.#token === undefined) return true;
    const bearer = bearerOf(headers.authorization);
    if (bearer !== undefined && sameSecret(bearer, this.#token)) return true;
    return cookies(headers.cookie, this.#cookie).some((value) => sameSecret(value, this.#session));
  }

  /** The cookie for whoever presents the token or the link's ticket, which is good once; undefined for others. */
  login(presented: string): string | undefined {
    const known = this.#isToken(presented) || this.#takesTicket(presented);
    return known ? `${this.#cookie}=${this.#session}; Path=/; HttpOnly; SameSite=Strict` : undefined;
  }

  #isToken(presented: string): boolean {
    return this.#token !== undefined && sameSecret(presented, this.#token);
  }

  #takesTicket(presented: string): boolean {
    if (this.#ticket === undefined || !sameSecret(presented, this.#ticket)) return false;
    this.#ticket = undefined;
    return true;
  }
}

function derived(secret: string, purpose: string): string {
  return createHmac("sha256", secret).update(purpose).digest("base64url");
}

function cookies(header = "", name: string): string[] {
  return header
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}

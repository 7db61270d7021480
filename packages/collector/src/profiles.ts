/** The routes of profiles: what flamegraphs are made of, and the one thing that can be sent besides telemetry. */

import type { IncomingMessage, ServerResponse } from "node:http";
import { waitsProfileId, type Page, type ProfileItem, type WaitsProfile } from "@holdup/protocol";
import { BodyError, BodyReader } from "./body.ts";
import { OverloadError, type Pending } from "./pending.ts";
import { kindOf } from "./profile-kind.ts";
import type { ProfileShelf } from "./profile-shelf.ts";
import { newProfileQuery, profileQuery, profilesQuery, RequestError, type RawQuery } from "./query.ts";
import type { Store } from "./store.ts";
import { waitsProfile } from "./waits-profile.ts";

export interface ProfilesOptions {
  readonly store: Store;
  readonly shelf: ProfileShelf;
  readonly pending: Pending;
  readonly maxBodyBytes: number;
  /** Unix ms of now. */
  readonly now: () => number;
}

export class Profiles {
  readonly #options: ProfilesOptions;
  readonly #bodies: BodyReader;

  constructor(options: ProfilesOptions) {
    this.#options = options;
    this.#bodies = new BodyReader(options.maxBodyBytes);
  }

  list(raw: RawQuery): Page<ProfileItem> {
    const { service, limit, cursor } = profilesQuery(raw);
    const { shelf, now } = this.#options;
    const live = { id: waitsProfileId, kind: "waits", name: "Waits, from the metrics" } as const;
    const all: ProfileItem[] = [
      { ...live, service: service ?? null, receivedAt: now(), sizeBytes: 0 },
      ...shelf.list().filter((item) => service === undefined || item.service === service),
    ];
    const start = Number(cursor ?? 0);
    const end = start + limit;
    return { items: all.slice(start, end), next: end < all.length ? String(end) : null };
  }

  /** The profile of the metrics, or what was sent. */
  async read(id: string, raw: RawQuery): Promise<WaitsProfile | { item: ProfileItem; body: Uint8Array }> {
    const { store, shelf, now } = this.#options;
    if (id === waitsProfileId) return waitsProfile(store, profileQuery(raw, now()));
    profilesQuery(raw);
    const found = await shelf.read(id);
    if (found === undefined) throw new RequestError(404, "not_found", "There is no such profile (any more).");
    return found;
  }

  async take(request: IncomingMessage, raw: RawQuery): Promise<ProfileItem> {
    const { name, service } = newProfileQuery(raw);
    const encoding = request.headers["content-encoding"] ?? "identity";
    if (encoding !== "identity" && encoding !== "gzip") {
      throw new RequestError(415, "unsupported_encoding", "A profile is sent plain or compressed by gzip.");
    }
    using claim = this.#options.pending.claim();
    const body = await this.#bodies.read(request, encoding === "gzip", claim).catch(explain);
    const facts = { kind: kindOf(body), name, service: service ?? null, receivedAt: this.#options.now() };
    return this.#options.shelf.keep(facts, body);
  }
}

function explain(error: unknown): never {
  if (error instanceof BodyError) {
    throw new RequestError(
      error.statusCode,
      error.statusCode === 413 ? "too_large" : "bad_body",
      error.message,
    );
  }
  if (error instanceof OverloadError) throw new RequestError(503, "overloaded", error.message);
  throw error;
}

/** Sends what was kept, as it was. */
export function sendProfile(response: ServerResponse, item: ProfileItem, body: Uint8Array): void {
  // Whatever it is, no browser takes it for a page.
  response.setHeader(
    "Content-Type",
    item.kind === "folded" ? "text/plain; charset=utf-8" : "application/json",
  );
  response.setHeader("Content-Disposition", "attachment");
  response.end(body);
}

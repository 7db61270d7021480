/** What programs found wrong with themselves: the findings heard of last, each once, as it last was. */

import { findingKey, type KeptFinding, type Page } from "@holdup/protocol";
import type { FindingQuery, Store } from "./store.ts";

interface Entry {
  readonly finding: KeptFinding;
  /** The book's revision that it was heard of with. */
  readonly revision: number;
}

export class FindingBook {
  readonly #maxFindings: number;
  // The one not heard of for longest comes first.
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  /** Grows with every finding added. */
  revision = 0;
  /** How many had to make room for others. */
  forgotten = 0;

  /** Holds so many findings of all services together. */
  constructor(maxFindings = 1_000) {
    this.#maxFindings = maxFindings;
  }

  add(findings: readonly KeptFinding[]): void {
    if (findings.length === 0) return;
    for (const finding of findings) this.#add(finding);
    for (const listener of this.#listeners) listener();
  }

  /** Adds what a store knows: those who watch see what was found before the collector started, too. */
  async recall(store: Pick<Store, "findings">, now: number): Promise<void> {
    const { items } = await store.findings({ from: 0, to: now, limit: this.#maxFindings });
    this.add(items.toReversed());
  }

  /** Tells whenever findings were added. */
  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Those heard of after a revision, of one service or all, the newest last. */
  since(revision: number, service: string | undefined): KeptFinding[] {
    if (revision === this.revision) return [];
    return [...this.#entries.values()]
      .filter((entry) => entry.revision > revision && isOf(entry.finding, service))
      .map(({ finding }) => finding);
  }

  /** So many of one service or all, the newest first, and how many that leaves out. */
  newest(service: string | undefined, limit: number): { findings: KeptFinding[]; leftOut: number } {
    const all = this.since(-1, service).toReversed();
    return { findings: all.slice(0, limit), leftOut: Math.max(0, all.length - limit) };
  }

  /** Newest first. The cursor is a revision, so new ones don't shift the pages. */
  find({ service, from, to, limit, cursor }: FindingQuery): Page<KeptFinding> {
    const before = Number(cursor ?? Infinity);
    const found = [...this.#entries.values()]
      .filter(({ revision }) => revision < before)
      .filter(({ finding }) => isOf(finding, service))
      .filter(({ finding: { firstSeen, lastSeen } }) => lastSeen >= from && firstSeen <= to)
      .toReversed();
    const page = found.slice(0, limit);
    const next = found.length > limit ? String(page.at(-1)?.revision) : null;
    return { items: page.map(({ finding }) => finding), next };
  }

  #add(finding: KeptFinding): void {
    const key = findingKey(finding);
    const known = this.#entries.get(key)?.finding;
    this.#entries.delete(key);
    this.revision++;
    this.#entries.set(key, { finding: together(known, finding), revision: this.revision });
    if (this.#entries.size > this.#maxFindings) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#entries.keys();
    if (oldest === undefined) return;
    this.#entries.delete(oldest);
    this.forgotten++;
  }
}

/** What is known of a finding that is told again. Requests may overtake each other: what was counted and seen once stays so. */
export function together(known: KeptFinding | undefined, finding: KeptFinding): KeptFinding {
  if (known === undefined) return finding;
  return {
    ...finding,
    count: Math.max(known.count, finding.count),
    firstSeen: Math.min(known.firstSeen, finding.firstSeen),
    lastSeen: Math.max(known.lastSeen, finding.lastSeen),
  };
}

function isOf(finding: KeptFinding, service: string | undefined): boolean {
  return service === undefined || finding.service === service;
}

import type { Finding, FindingKind, Severity, Site } from "@holdup/protocol";
import type { SpanIdentity } from "./span-record.ts";

/** A diagnosis, before it is counted. */
export interface Diagnosis {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly message: string;
  readonly advice: string;
  /** Names of the primitives that it is about. */
  readonly primitives: readonly string[];
  /** In the order in which the message names them; null where they are not known. */
  readonly sites: readonly (Site | null)[];
  readonly spans?: readonly SpanIdentity[];
  /** What makes it the same finding as one before. @default kind, primitives and sites */
  readonly key?: string;
  /** By what it is known where it was told of already. @default its kind and a number */
  readonly id?: string;
}

/** What is called when a finding is made, and when it is made again. */
export type FindingListener = (finding: Finding) => void;

// More are not kept apart: a program with as many has the same one over and over.
const mostFindings = 200;

/** All findings of one observer: the same one found again counts up. */
export class FindingBook {
  readonly #findings = new Map<string, Finding>();
  readonly #listeners = new Set<FindingListener>();
  #changed = new Set<string>();
  #lastId = 0;

  get list(): readonly Finding[] {
    return [...this.#findings.values()];
  }

  add(diagnosis: Diagnosis): void {
    const sites = diagnosis.sites.filter((site) => site !== null);
    const key = diagnosis.key ?? keyOf(diagnosis, sites);
    const known = this.#findings.get(key);
    if (known === undefined && this.#findings.size >= mostFindings) return;
    const at = Date.now();
    const { kind, severity, message, advice, primitives, spans = [] } = diagnosis;
    const finding: Finding = {
      id: known?.id ?? diagnosis.id ?? `${kind}-${++this.#lastId}`,
      kind,
      severity,
      message,
      advice,
      primitives: [...new Set(primitives)],
      sites,
      spans: [...spans],
      count: (known?.count ?? 0) + 1,
      firstSeen: known?.firstSeen ?? at,
      lastSeen: at,
    };
    this.#findings.set(key, finding);
    this.#changed.add(key);
    for (const listener of this.#listeners) tell(listener, finding);
  }

  /** Has `listener` called for every finding from now on. */
  listen(listener: FindingListener): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  /** Those that are new or were found again since the call before. For one reader. */
  takeChanged(): Finding[] {
    const changed = [...this.#changed].flatMap((key) => this.#findings.get(key) ?? []);
    this.#changed = new Set();
    return changed;
  }
}

function keyOf({ kind, primitives }: Diagnosis, sites: readonly Site[]): string {
  return JSON.stringify([kind, primitives, sites]);
}

// A listener's error is its own, and not the observed program's: it is told as a warning.
function tell(listener: FindingListener, finding: Finding): void {
  try {
    listener(finding);
  } catch (error) {
    process.emitWarning(`a listener for Holdup's findings threw: ${String(error)}`, {
      type: "HoldupWarning",
    });
  }
}

/** Rooms that note what this collector itself took in, and take in what the others did. */

import type { KeptFinding, PrimitiveState } from "@holdup/protocol";
import type { Presence } from "./aggregate.ts";
import { CurrentState, type CurrentOptions } from "./current.ts";
import { FindingBook } from "./finding-book.ts";
import type { News, NewsDesk } from "./news.ts";
import type { Program } from "./program.ts";
import type { Rollup } from "./rollup.ts";
import { SeriesBoard } from "./series.ts";
import type { Store } from "./store.ts";

class SharedSeries extends SeriesBoard {
  readonly #desk: NewsDesk;

  constructor(now: () => number, desk: NewsDesk) {
    super(now);
    this.#desk = desk;
  }

  override add(rollups: readonly Rollup[]): void {
    super.add(rollups);
    this.#desk.measured(rollups);
  }

  receive(rollups: readonly Rollup[]): void {
    super.add(rollups);
  }
}

class SharedFindings extends FindingBook {
  readonly #desk: NewsDesk;

  constructor(desk: NewsDesk) {
    super();
    this.#desk = desk;
  }

  override add(findings: readonly KeptFinding[]): void {
    super.add(findings);
    this.#desk.found(findings);
  }

  /** Every collector recalls them for itself. */
  override async recall(store: Pick<Store, "findings">, now: number): Promise<void> {
    const recalled = new FindingBook();
    await recalled.recall(store, now);
    this.receive(recalled.since(-1, undefined));
  }

  receive(findings: readonly KeptFinding[]): void {
    super.add(findings);
  }
}

class SharedCurrent extends CurrentState {
  readonly #desk: NewsDesk;

  constructor(now: () => number, desk: NewsDesk, options: CurrentOptions) {
    super(now, options);
    this.#desk = desk;
  }

  override heard(program: Program): void {
    super.heard(program);
    this.#desk.heard(program);
  }

  override tell(presence: Presence): void {
    super.tell(presence);
    this.#desk.told(presence);
  }

  override show(program: Program, states: readonly PrimitiveState[]): void {
    super.show(program, states);
    this.#desk.shown(program, states);
  }

  receive({ heard, presences, states }: News): void {
    for (const program of heard) super.heard(program);
    for (const presence of presences) super.tell(presence);
    for (const [program, shown] of states) super.show(program, shown);
  }
}

export class SharedRooms {
  readonly series: SharedSeries;
  readonly findings: SharedFindings;
  readonly current: SharedCurrent;

  constructor(now: () => number, desk: NewsDesk, options: CurrentOptions = {}) {
    this.series = new SharedSeries(now, desk);
    this.findings = new SharedFindings(desk);
    this.current = new SharedCurrent(now, desk, options);
  }

  /** Takes in what another collector did; it is not told again. */
  receive(news: News): void {
    this.current.receive(news);
    this.findings.receive(news.findings);
    this.series.receive(news.rollups);
  }
}

/** What is so right now: who waits and who holds, as the running programs last told. */

import { getHeapStatistics } from "node:v8";
import type { PrimitiveState, WaitGraphItem } from "@holdup/protocol";
import type { Presence } from "./aggregate.ts";
import { Levels, type ProcessLevels } from "./levels.ts";
import type { Program } from "./program.ts";

export interface CurrentOptions {
  /**
   * How much memory who waits and who holds may take, in bytes, about: 50 for each stream of a process, some 400
   * more for one that no other process of its service has. @default a sixteenth of the heap's limit
   */
  readonly maxBytes?: number | undefined;
}

/** A program silent for so long is taken for dead and nobody in it waits. */
const silenceMs = 30_000;
/** A snapshot is sent every second while anyone waits, so one this old is over. */
const snapshotLifeMs = 5_000;

const maxInstances = 10_000;
/** What a process takes besides its streams, about. */
const instanceBytes = 1_000;
/** What a stream with the longest of names takes, about. */
const maxStreamBytes = 10_000;
/** How many holders and waiters the snapshots of all instances may name. */
const maxParties = 100_000;

/** How often those that are silent are looked for to make room, at most. */
const roomEveryMs = 1_000;

interface Instance {
  heardAt: number;
  readonly levels: ProcessLevels;
  parties: number;
  states: readonly PrimitiveState[];
  statesAt: number;
}

interface Service {
  readonly levels: Levels;
  readonly instances: Map<string, Instance>;
}

/** A primitive in all processes of its service. */
export interface PrimitiveName {
  readonly service: string;
  readonly type: string;
  readonly name: string;
}

export class CurrentState {
  readonly #now: () => number;
  readonly maxBytes: number;
  readonly #services = new Map<string, Service>();
  #instances = 0;
  #parties = 0;
  #roomMadeAt = 0;
  // No process falls silent before.
  #nextSilence = Number.POSITIVE_INFINITY;
  /** About how much memory it takes, but for the snapshots. */
  bytes = 0;
  /** What was told but not kept, for want of room. */
  dropped = 0;

  constructor(now: () => number, { maxBytes = defaultBytes() }: CurrentOptions = {}) {
    this.#now = now;
    this.maxBytes = maxBytes;
  }

  /** Notes a sign of life. */
  heard(program: Program): void {
    const instance = this.#instance(program);
    if (instance === undefined) return;
    instance.heardAt = this.#now();
    this.#alive(instance);
  }

  /** Takes in how many wait for or hold a primitive in one process. */
  tell(presence: Presence): void {
    if (this.maxBytes - this.bytes < maxStreamBytes) this.#makeRoom();
    const instance = this.#instance(presence);
    const room = this.maxBytes - this.bytes;
    const levels = this.#services.get(presence.service)?.levels;
    const taken =
      instance && levels?.tell(instance.levels, presenceKey(presence.kind, presence), presence, room);
    if (taken === undefined) this.dropped++;
    else this.bytes += taken;
  }

  /** Takes in all primitives that someone waits for in one process. */
  show(program: Program, states: readonly PrimitiveState[]): void {
    if (this.#parties >= maxParties / 2) this.#makeRoom();
    const instance = this.#instance(program);
    const parties = states.reduce(
      (sum, { holders, waiters }) => sum + holders.length + waiters.length + 1,
      0,
    );
    if (instance === undefined || this.#parties - instance.parties + parties > maxParties) {
      this.dropped++;
      return;
    }
    this.#parties += parties - instance.parties;
    instance.parties = parties;
    instance.states = states;
    instance.statesAt = this.#now();
  }

  waiters(primitive: PrimitiveName): number {
    return this.#count("waiters", primitive);
  }

  holders(primitive: PrimitiveName): number {
    return this.#count("holders", primitive);
  }

  /** The holders and waiters of all processes together; null if no recent snapshot names the primitive. */
  state({ service, type, name }: PrimitiveName): PrimitiveState | null {
    const earliest = this.#now() - snapshotLifeMs;
    const states = this.#of(service)
      .filter(({ statesAt }) => statesAt > earliest)
      .flatMap((instance) => instance.states)
      .filter((state) => state.name === name && state.type === type);
    if (states.length === 0) return null;
    return {
      name,
      type,
      holders: states.flatMap((state) => state.holders),
      waiters: states.flatMap((state) => state.waiters),
    };
  }

  /** Who waits for whom, process by process, of one service or all, as recent snapshots tell. */
  graph(service: string | undefined): WaitGraphItem[] {
    const earliest = this.#now() - snapshotLifeMs;
    const services = service === undefined ? [...this.#services.keys()] : [service];
    return services.flatMap((name) =>
      [...(this.#services.get(name)?.instances ?? [])]
        .filter(([, { statesAt }]) => statesAt > earliest)
        .flatMap(([instance, { states }]) =>
          states.map((state) => ({
            service: name,
            instance,
            primitive: { name: state.name, type: state.type },
            ...(state.object === undefined ? {} : { object: state.object }),
            holders: state.holders,
            waiters: state.waiters,
          })),
        ),
    );
  }

  /** How many processes of a service are heard of. */
  instances(service: string): number {
    this.#silence();
    return this.#services.get(service)?.levels.processes ?? 0;
  }

  #count(kind: Presence["kind"], primitive: PrimitiveName): number {
    this.#silence();
    return this.#services.get(primitive.service)?.levels.sum(presenceKey(kind, primitive)) ?? 0;
  }

  #of(service: string): Instance[] {
    return [...(this.#services.get(service)?.instances.values() ?? [])];
  }

  #instance({ service, instance: id }: Program): Instance | undefined {
    const known = this.#services.get(service)?.instances.get(id);
    if (known !== undefined) return known;
    if (!this.#hasRoomForInstance()) this.#forgetSilent();
    if (!this.#hasRoomForInstance()) return undefined;
    const { levels, instances } = this.#services.get(service) ?? newService();
    const instance: Instance = {
      heardAt: this.#now(),
      levels: levels.newProcess(),
      parties: 0,
      states: [],
      statesAt: 0,
    };
    this.#services.set(service, { levels, instances: instances.set(id, instance) });
    this.#instances++;
    this.bytes += instanceBytes;
    this.#alive(instance);
    return instance;
  }

  #hasRoomForInstance(): boolean {
    return this.#instances < maxInstances && this.bytes + instanceBytes <= this.maxBytes;
  }

  #alive({ levels, heardAt }: Instance): void {
    levels.count();
    this.#nextSilence = Math.min(this.#nextSilence, heardAt + silenceMs);
  }

  // Those that have fallen silent since the last time don't count any more.
  #silence(): void {
    const now = this.#now();
    if (now < this.#nextSilence) return;
    this.#nextSilence = Number.POSITIVE_INFINITY;
    for (const { instances } of this.#services.values()) {
      for (const instance of instances.values()) {
        if (instance.heardAt <= now - silenceMs) instance.levels.discount();
        else this.#nextSilence = Math.min(this.#nextSilence, instance.heardAt + silenceMs);
      }
    }
  }

  // Not each time: while all are heard of there is nothing to gain.
  #makeRoom(): void {
    if (this.#now() - this.#roomMadeAt < roomEveryMs) return;
    this.#roomMadeAt = this.#now();
    this.#forgetSilent();
  }

  #forgetSilent(): void {
    const earliest = this.#now() - silenceMs;
    for (const [service, { instances }] of this.#services) {
      for (const [id, { heardAt, levels, parties }] of instances) {
        if (heardAt > earliest) continue;
        instances.delete(id);
        this.bytes -= levels.forget() + instanceBytes;
        this.#parties -= parties;
        this.#instances--;
      }
      if (instances.size === 0) this.#services.delete(service);
    }
  }
}

function newService(): Service {
  return { levels: new Levels(), instances: new Map() };
}

function defaultBytes(): number {
  return getHeapStatistics().heap_size_limit / 16;
}

function presenceKey(kind: Presence["kind"], { type, name }: Pick<PrimitiveName, "type" | "name">): string {
  return JSON.stringify([kind, type, name]);
}

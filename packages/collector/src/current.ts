/** What is so right now: who waits and who holds, as the running programs last told. */

import type { PrimitiveState, WaitGraphItem } from "@holdup/protocol";
import type { Presence } from "./aggregate.ts";
import type { Program } from "./program.ts";

/** A program silent for so long is taken for dead and nobody in it waits. */
const silenceMs = 30_000;
/** A snapshot is sent every second while anyone waits, so one this old is over. */
const snapshotLifeMs = 5_000;

const maxInstances = 1_000;
/** Of all instances together. */
const maxStreams = 50_000;
/** How many holders and waiters the snapshots of all instances may name. */
const maxParties = 100_000;

/** How often those that are silent are looked for, at most. */
const roomEveryMs = 1_000;

interface Instance {
  heardAt: number;
  /** The values of a primitive's streams, by kind and primitive. */
  readonly presences: Map<string, Map<string, number>>;
  streams: number;
  parties: number;
  states: readonly PrimitiveState[];
  statesAt: number;
}

/** A primitive in all processes of its service. */
export interface PrimitiveName {
  readonly service: string;
  readonly type: string;
  readonly name: string;
}

export class CurrentState {
  readonly #now: () => number;
  readonly #services = new Map<string, Map<string, Instance>>();
  #instances = 0;
  #streams = 0;
  #parties = 0;
  #roomMadeAt = 0;
  /** What was told but not kept, for want of room. */
  dropped = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes a sign of life. */
  heard(program: Program): void {
    const instance = this.#instance(program);
    if (instance !== undefined) instance.heardAt = this.#now();
  }

  /** Takes in how many wait for or hold a primitive in one process. */
  tell(presence: Presence): void {
    if (this.#streams >= maxStreams) this.#makeRoom();
    const instance = this.#instance(presence);
    const key = presenceKey(presence.kind, presence);
    const streams = instance?.presences.get(key) ?? new Map<string, number>();
    const before = streams.get(presence.stream);
    if (instance === undefined || (before === undefined && this.#streams >= maxStreams)) {
      this.dropped++;
      return;
    }
    if (before === undefined) {
      instance.streams++;
      this.#streams++;
    }
    streams.set(presence.stream, presence.relative ? (before ?? 0) + presence.value : presence.value);
    instance.presences.set(key, streams);
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
      [...(this.#services.get(name) ?? [])]
        .filter(([, { statesAt }]) => statesAt > earliest)
        .flatMap(([instance, { states }]) =>
          states.map((state) => ({
            service: name,
            instance,
            primitive: { name: state.name, type: state.type },
            holders: state.holders,
            waiters: state.waiters,
          })),
        ),
    );
  }

  /** How many processes of a service are heard of. */
  instances(service: string): number {
    const earliest = this.#now() - silenceMs;
    return this.#of(service).filter(({ heardAt }) => heardAt > earliest).length;
  }

  #count(kind: Presence["kind"], primitive: PrimitiveName): number {
    const earliest = this.#now() - silenceMs;
    const key = presenceKey(kind, primitive);
    let sum = 0;
    for (const { heardAt, presences } of this.#of(primitive.service)) {
      if (heardAt <= earliest) continue;
      for (const value of presences.get(key)?.values() ?? []) sum += value;
    }
    return Math.max(0, sum);
  }

  #of(service: string): Instance[] {
    return [...(this.#services.get(service)?.values() ?? [])];
  }

  #instance({ service, instance: id }: Program): Instance | undefined {
    const known = this.#services.get(service)?.get(id);
    if (known !== undefined) return known;
    if (this.#instances >= maxInstances) this.#forgetSilent();
    if (this.#instances >= maxInstances) return undefined;
    const instance: Instance = {
      heardAt: this.#now(),
      presences: new Map(),
      streams: 0,
      parties: 0,
      states: [],
      statesAt: 0,
    };
    const instances = this.#services.get(service) ?? new Map<string, Instance>();
    this.#services.set(service, instances.set(id, instance));
    this.#instances++;
    return instance;
  }

  // Not each time: while all are heard of there is nothing to gain.
  #makeRoom(): void {
    if (this.#now() - this.#roomMadeAt < roomEveryMs) return;
    this.#roomMadeAt = this.#now();
    this.#forgetSilent();
  }

  #forgetSilent(): void {
    const earliest = this.#now() - silenceMs;
    for (const [service, instances] of this.#services) {
      for (const [id, { heardAt, streams, parties }] of instances) {
        if (heardAt > earliest) continue;
        instances.delete(id);
        this.#streams -= streams;
        this.#parties -= parties;
        this.#instances--;
      }
      if (instances.size === 0) this.#services.delete(service);
    }
  }
}

function presenceKey(kind: Presence["kind"], { type, name }: Pick<PrimitiveName, "type" | "name">): string {
  return JSON.stringify([kind, type, name]);
}

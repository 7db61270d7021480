/** Who waits for what that who holds, as nodes and edges. Pure: from the collector's answer to a picture's parts. */

import type { Party, Site, WaitGraphItem } from "@holdup/protocol";
import { nameText } from "../primitive-name.tsx";

/** What a primitive's box says. */
export interface PrimitiveNode {
  readonly kind: "primitive";
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly service: string;
  /** The process. */
  readonly instance: string;
  readonly holders: number;
  readonly waiters: number;
}

/** What a task's pill says; or one for many that wait alike and are waited for by nobody. */
export interface TaskNode {
  readonly kind: "task";
  readonly id: string;
  readonly name: string;
  /** Absent: its program does not tell tasks apart, or the code runs in none. */
  readonly taskId?: string | undefined;
  readonly service: string;
  readonly instance: string;
  /** How many it stands for. */
  readonly count: number;
}

export type GraphNode = PrimitiveNode | TaskNode;

/** From a task to the primitive that it waits for, or from a primitive to the task that holds it. */
export interface GraphEdge {
  readonly id: string;
  readonly kind: "wait" | "hold";
  readonly from: string;
  readonly to: string;
  /** For how long; of many, the longest. */
  readonly sinceMs: number;
  readonly operation: string;
  /** Where it waits or where the hold was taken. */
  readonly site: Site | null;
}

export interface WaitGraph {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
}

/** From so many on, those that wait alike become one node. */
const fewest = 3;

/** The whole graph of an answer. */
export function waitGraph(items: readonly WaitGraphItem[]): WaitGraph {
  const drawing = new Drawing(items);
  for (const item of items) drawing.add(item);
  return { nodes: drawing.nodes, edges: drawing.edges };
}

class Drawing {
  readonly nodes = new Map<string, GraphNode>();
  readonly edges: GraphEdge[] = [];
  readonly #pairs = new Map<string, number>();
  // Tasks that hold something: only they can be waited for.
  readonly #holding: Set<string>;
  // Tasks that wait for several things at once stay themselves, too.
  readonly #waits: ReadonlyMap<string, number>;

  constructor(items: readonly WaitGraphItem[]) {
    const told = (parties: "holders" | "waiters") =>
      items.flatMap((item) => item[parties].flatMap((party) => taskKey(item, party) ?? []));
    this.#holding = new Set(told("holders"));
    this.#waits = countEach(told("waiters"));
  }

  add(item: WaitGraphItem): void {
    const id = primitiveKey(item);
    const { service, instance, primitive, holders, waiters } = item;
    this.nodes.set(id, {
      kind: "primitive",
      id,
      name: nameText(primitive.name),
      type: primitive.type,
      service,
      instance,
      holders: holders.length,
      waiters: waiters.length,
    });
    holders.forEach((party, index) => this.#hold(item, id, party, index));
    for (const alike of this.#alike(item, id)) this.#wait(item, id, alike);
  }

  #hold(item: WaitGraphItem, primitive: string, party: Party, index: number): void {
    const task = this.#task(item, party, `${primitive} holder ${index}`, 1);
    this.#edge({ kind: "hold", from: primitive, to: task, ...since([party]) });
  }

  #wait(item: WaitGraphItem, primitive: string, { key, parties }: Alike): void {
    const [first] = parties;
    if (first === undefined) return;
    const task = this.#task(item, first, key, parties.length);
    this.#edge({ kind: "wait", from: task, to: primitive, ...since(parties) });
  }

  // One task may hold or wait for the same thing more than once.
  #edge(edge: Omit<GraphEdge, "id">): void {
    const pair = `${edge.kind} ${edge.from} ${edge.to}`;
    const times = this.#pairs.get(pair) ?? 0;
    this.#pairs.set(pair, times + 1);
    this.edges.push({ ...edge, id: times === 0 ? pair : `${pair} ${times}` });
  }

  #task(item: WaitGraphItem, party: Party, otherwise: string, count: number): string {
    const id = count > 1 ? otherwise : (taskKey(item, party) ?? otherwise);
    const { service, instance } = item;
    const taskId = count > 1 ? undefined : party.taskId;
    if (!this.nodes.has(id)) {
      this.nodes.set(id, { kind: "task", id, name: partyName(party), taskId, service, instance, count });
    }
    return id;
  }

  // One entry for each waiter that is known by others, and one for all the rest that wait at the same line.
  #alike(item: WaitGraphItem, primitive: string): Alike[] {
    const all: Alike[] = [];
    const rest = new Map<string, Party[]>();
    item.waiters.forEach((party, index) => {
      const task = taskKey(item, party);
      const known = task !== undefined && (this.#holding.has(task) || (this.#waits.get(task) ?? 0) > 1);
      const key = JSON.stringify([party.site, party.operation, partyName(party)]);
      if (known) all.push({ key: `${primitive} waiter ${index}`, parties: [party] });
      else rest.set(key, [...(rest.get(key) ?? []), party]);
    });
    for (const [key, parties] of rest) {
      const groups = parties.length < fewest ? parties.map((party) => [party]) : [parties];
      groups.forEach((group, index) => {
        all.push({ key: `${primitive} waiters ${key} ${index}`, parties: group });
      });
    }
    return all;
  }
}

interface Alike {
  readonly key: string;
  readonly parties: readonly Party[];
}

function since(parties: readonly Party[]): Pick<GraphEdge, "sinceMs" | "operation" | "site"> {
  const [first] = parties;
  return {
    sinceMs: parties.reduce((longest, { sinceMs }) => Math.max(longest, sinceMs), 0),
    operation: first?.operation ?? "",
    site: first?.site ?? null,
  };
}

// Code outside of tasks has no name; the function that it runs in tells most.
function partyName({ task, site }: Party): string {
  if (task !== null) return nameText(task);
  return site === null || site.functionName === "" ? "outside of a task" : `${site.functionName}()`;
}

function primitiveKey({ service, instance, primitive, object }: WaitGraphItem): string {
  return JSON.stringify(["primitive", service, instance, primitive.type, primitive.name, object ?? 0]);
}

// Names of tasks repeat: by the name alone two would be taken for one, and a line of waiters for a cycle.
function taskKey({ service, instance }: WaitGraphItem, { taskId }: Party): string | undefined {
  return taskId === undefined ? undefined : JSON.stringify(["task", service, instance, taskId]);
}

function countEach(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

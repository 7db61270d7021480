import type { Agent, ClientRequest } from "node:http";
import type { Socket } from "node:net";
import { Subject } from "@holdup/primitives";
import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import { ForeignSubject } from "./foreign-subject.ts";
import type { Library } from "./library.ts";
import { alike, type Callable, type Patches } from "./patches.ts";
import { siteAbove } from "./site-above.ts";

// Not imported: an import asks for all of its exports, and for WebSocket Node would load all of its fetch.
const http = process.getBuiltinModule("node:http");

/** Where a request goes, as the agent tells hosts apart. */
interface Target {
  readonly host?: string;
  readonly port?: number | string;
  readonly localAddress?: string;
  readonly socketPath?: string;
}

/**
 * The agents of node:http and node:https: a hold is a socket that works on a request, until the response is read. One
 * without a limit of sockets opens another one, and nobody waits: it is left alone.
 */
export const httpAgent: Library = {
  name: "http",
  wrapNode(patches: Patches): void {
    // An agent listens to itself while it is made: that is how to know where.
    // oxlint-disable-next-line typescript/unbound-method -- called with the agent
    const on = http.Agent.prototype.on as Callable;
    patches.define(http.Agent.prototype, "on", {
      configurable: true,
      writable: true,
      value: alike(noticing(on), on),
    });
    patches.method(http.Agent.prototype, "addRequest", adding);
    patches.method(http.ClientRequest.prototype, "onSocket", connected);
    patches.method(http.ClientRequest.prototype, "destroy", destroying);
  },
};

/** One agent: what it is called, and what is known of each host. */
interface Known {
  readonly subject: Subject;
  readonly hosts: Map<string, ForeignPrimitive>;
}

const agents = new WeakMap<Agent, Known>();
const turns = new WeakMap<ClientRequest, Turn>();

function noticing(on: Callable): Callable {
  return function (this: Agent, event: string, listener: Callable) {
    if (event === "free" && !agents.has(this)) knownOf(this);
    return on.call(this, event, listener) as unknown;
  };
}

function knownOf(agent: Agent): Known {
  let known = agents.get(agent);
  if (known === undefined) {
    const limit = Number.isFinite(agent.maxSockets) ? agent.maxSockets : 0;
    const subject =
      agent === http.globalAgent
        ? new Subject("pool", "http.globalAgent", limit, http.Agent)
        : new ForeignSubject("pool", "http.Agent", limit);
    known = { subject, hosts: new Map() };
    agents.set(agent, known);
  }
  return known;
}

function primitiveOf(agent: Agent, { host, port, localAddress, socketPath }: Target): ForeignPrimitive {
  const { subject, hosts } = knownOf(agent);
  const key = `${host}:${port}:${localAddress}:${socketPath}`;
  let primitive = hosts.get(key);
  if (primitive === undefined) {
    const own = subject instanceof ForeignSubject ? subject.namesake() : subject;
    // Forgotten with those who know it: an agent may talk to any number of hosts.
    primitive = new ForeignPrimitive(own, () => void hosts.delete(key)).endingByItself();
    hosts.set(key, primitive);
  }
  return primitive;
}

function adding(original: Callable): Callable {
  return function addRequest(this: Agent, request: ClientRequest, target: Target, ...rest: unknown[]) {
    const add = (): unknown => original.call(this, request, target, ...rest);
    const limited = Number.isFinite(this.maxSockets) || Number.isFinite(this.maxTotalSockets);
    if (!limited || typeof target !== "object") return add();
    const turn = primitiveOf(this, target).ask("acquire");
    const site = siteAbove(addRequest);
    turns.set(request, turn);
    request.once("close", () => turn.done());
    const added = add();
    if (isQueued(this, request)) turn.stand(site);
    else turn.take(site);
    return added;
  };
}

function isQueued({ requests }: Agent, request: ClientRequest): boolean {
  for (const host in requests) {
    if ((requests[host] as readonly unknown[] | undefined)?.at(-1) === request) return true;
  }
  return false;
}

function connected(original: Callable): Callable {
  return function (this: ClientRequest, socket: Socket, ...rest: unknown[]) {
    const turn = turns.get(this);
    if (turn?.waits === true && rest[0] === undefined) turn.run();
    return original.call(this, socket, ...rest) as unknown;
  };
}

// It stays in the agent's line until it has a socket, and is closed then; but nobody waits for that.
function destroying(original: Callable): Callable {
  return function (this: ClientRequest, ...args) {
    const turn = turns.get(this);
    if (turn?.waits === true) turn.leave("cancelled");
    return original.apply(this, args) as unknown;
  };
}

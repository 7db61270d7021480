/** One bar of the timeline: somebody waited, or somebody held. */

import type { KeptHold, KeptWait, Party, Site, WaitGraphItem } from "@holdup/protocol";

export interface Span {
  /** Unlike any other's. */
  readonly id: string;
  readonly kind: "wait" | "hold";
  readonly service: string;
  readonly instance: string;
  readonly primitive: { readonly name: string; readonly type: string };
  readonly task: string | null;
  readonly operation: string;
  /** How a wait ended; of what goes on still, `pending`; empty for holds. */
  readonly outcome: string;
  readonly site: Site | null;
  /** Unix ms. */
  readonly start: number;
  readonly end: number;
  /** When a wait was granted; from then to its end its code stood ready to run on. The end, for holds. */
  readonly granted: number;
  readonly permits: number;
  /** Empty while it goes on. */
  readonly traceId: string;
  readonly spanId: string;
  /** Ids of the holds that a wait waited behind. */
  readonly holders: readonly string[];
  /** Id of the wait that was granted this hold; empty if nobody had to wait or it was not kept. */
  readonly wait: string;
}

/** The bar of a kept wait. */
export function waitSpan(wait: KeptWait): Span {
  const { service, instance, primitive, task, operation, outcome, start, end, traceId, spanId } = wait;
  return {
    id: idOf(wait),
    kind: "wait",
    service,
    instance,
    primitive,
    task,
    operation,
    outcome,
    start,
    end,
    traceId,
    spanId,
    site: wait.waiterSite,
    granted: Math.min(end, start + wait.blockedSeconds * 1000),
    permits: 1,
    holders: wait.holders.map(idOf),
    wait: "",
  };
}

/** The bar of a kept hold. */
export function holdSpan(hold: KeptHold): Span {
  const { service, instance, primitive, task, operation, start, end, traceId, spanId, permits } = hold;
  return {
    id: idOf(hold),
    kind: "hold",
    service,
    instance,
    primitive,
    task,
    operation,
    start,
    end,
    traceId,
    spanId,
    permits,
    outcome: "",
    site: hold.holderSite,
    granted: end,
    holders: [],
    wait: hold.wait === null ? "" : idOf(hold.wait),
  };
}

/** The bars of what goes on still, as programs told last: they end now. */
export function openSpans(items: readonly WaitGraphItem[], now: number): Span[] {
  return items.flatMap((item) => [
    ...item.holders.map((party, index) => openSpan(item, party, index, "hold", now)),
    ...item.waiters.map((party, index) => openSpan(item, party, index, "wait", now)),
  ]);
}

/** Whether it goes on still. */
export function isOpen({ spanId }: Span): boolean {
  return spanId === "";
}

function openSpan(item: WaitGraphItem, party: Party, index: number, kind: Span["kind"], now: number): Span {
  const { service, instance, primitive, object = 0 } = item;
  const { task, taskId = "", operation, site, sinceMs } = party;
  return {
    id: JSON.stringify([kind, service, instance, primitive.type, primitive.name, object, taskId, index]),
    kind,
    service,
    instance,
    primitive,
    task,
    operation,
    site,
    outcome: "pending",
    start: now - sinceMs,
    end: now,
    granted: now,
    permits: 1,
    traceId: "",
    spanId: "",
    holders: [],
    wait: "",
  };
}

function idOf({ traceId, spanId }: { readonly traceId: string; readonly spanId: string }): string {
  return `${traceId} ${spanId}`;
}

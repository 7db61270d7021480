import type { HotSpot } from "@holdup/protocol";
import { useMemo } from "react";
import { matcher } from "../find.ts";
import { usePlace, type Group, type Range } from "../location.ts";
import { withShares } from "../share.ts";
import { useHoldup, useStore } from "../store.ts";
import { useAnswer } from "../use-answer.ts";
import { useSpan } from "../use-span.ts";
import { findableOf, grouped, type Rows } from "./grouping.ts";

/** The rows of the table, and what they are about. */
export interface HotSpots {
  /** By `rowKey`. */
  readonly rows: Rows;
  /** How many there are before some are looked for. */
  readonly total: number;
  /** The chosen time; undefined while the page is live. */
  readonly range: Range | undefined;
  /** The length of time that the rows are about, in seconds. */
  readonly seconds: number;
  /** Whether they are asked for, or could not be had. */
  readonly phase: "here" | "asking" | "failed";
}

const nothing: Rows = new Map();

/** What is waited for: live rows as they are told, others asked of the source; those that are looked for. */
export function useHotSpots(): HotSpots {
  const { service, group, find, range } = usePlace();
  const live = useHoldup((state) => state.rows);
  const windowSeconds = useHoldup((state) => state.windowSeconds);
  const span = useSpan();
  // Live rows are told; what is over, or by site, has to be asked for.
  const asked = useStore().isLate() || range !== undefined || bySite(group);
  const by = bySite(group) ? group : "primitive";
  const { answer, failed, stale } = useAnswer(asked ? { name: "hotSpots", service, by, ...span } : undefined);

  const all = useMemo(() => {
    // Most of the time, and a thousand rows with every message.
    if (!asked && group === "name") return live;
    if (!asked) return grouped([...live.values()], group);
    return answer === undefined || stale ? nothing : grouped(answer.items, group);
  }, [asked, live, answer, stale, group]);
  const rows = useMemo(() => found(all, find), [all, find]);
  const here = !asked || (answer !== undefined && !stale);
  return {
    rows,
    total: all.size,
    range,
    seconds: range === undefined ? windowSeconds : (range.to - range.from) / 1000,
    phase: here ? "here" : failed ? "failed" : "asking",
  };
}

function bySite(group: Group): group is "waiter" | "holder" {
  return group === "waiter" || group === "holder";
}

// A share is one of all waiting, also of what isn't looked for.
function found(all: Rows, find: string): Rows {
  const shared: ReadonlyMap<string, HotSpot> = withShares(all);
  if (find.trim() === "") return shared;
  const matches = matcher(find);
  return new Map([...shared].filter(([, spot]) => matches(findableOf(spot))));
}

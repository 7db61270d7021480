import type { FindingKind } from "@holdup/protocol";

const reasons: Readonly<Record<FindingKind, string>> = {
  deadlock:
    "Each of these tasks holds what another one waits for. None of them will ever go on, and neither will whoever asks for one of these next.",
  "lock-order-inversion":
    "Two places take the same locks in opposite orders. It went well so far; when both run at the same time, each waits for what the other holds, for good.",
  "self-deadlock":
    "A task waits for what it holds itself. Locks are not reentrant: it waits for good, and everyone after it.",
  "lost-update":
    "A value was read, something was awaited, and a value computed from the old one was written: what others had written meanwhile is gone.",
  "leaked-hold":
    "Something was acquired and never released: its handle was collected, or its task ended. Whoever asks for it next waits for good.",
  "endless-wait": "Nobody who is still there could end this wait: what waits here waits for good.",
  starvation: "The same waiters are passed over again and again, while others are served.",
  overtaking: "Whoever comes later is served earlier: the order of asking is not the order of getting.",
  convoy:
    "Everyone queues here although each hold is short: the line never empties, and each operation pays for all before it.",
  "writer-starvation": "Readers follow each other without a gap, so that a writer never gets its turn.",
  "pool-exhausted": "All of a pool's places are taken by jobs that wait for another job of the same pool.",
  "nested-limiter":
    "A job that holds a permit of a limiter waits for a job that needs one of the same: when all permits are held so, nobody goes on.",
  "slow-hold":
    "While this was held, its holder waited for something else. Everyone who waited for it waited for that, too.",
  "blocked-event-loop":
    "One piece of JavaScript ran for so long that nothing else could: no timer, no answer, no hand-over. Every wait that looks long at that time may be this.",
};

/** Why a finding of this kind matters; nothing for one that a newer program tells of. */
export function whyOf(kind: string): string | undefined {
  return Object.hasOwn(reasons, kind) ? reasons[kind as FindingKind] : undefined;
}

import type { Check } from "../check.ts";
import { ConvoyCheck } from "./convoy.ts";
import { DeadlockCheck } from "./deadlock.ts";
import { EndlessWaitCheck } from "./endless-wait.ts";
import { LeakedHoldCheck } from "./leaked-hold.ts";
import { LockOrderCheck } from "./lock-order.ts";
import { LostUpdateCheck } from "./lost-update.ts";
import { NestedLimiterCheck } from "./nested-limiter.ts";
import { OvertakingCheck } from "./overtaking.ts";
import { SlowHoldCheck } from "./slow-hold.ts";

/** One of each, for one observer. */
export function allChecks(): Check[] {
  return [
    new DeadlockCheck(),
    new NestedLimiterCheck(),
    new EndlessWaitCheck(),
    new LockOrderCheck(),
    new LostUpdateCheck(),
    new OvertakingCheck(),
    new SlowHoldCheck(),
    new LeakedHoldCheck(),
    new ConvoyCheck(),
  ];
}

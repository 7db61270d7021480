export { Lock, type LockOptions } from "./lock.ts";
export { Semaphore, type PermitOptions, type SemaphoreOptions } from "./semaphore.ts";
export type { Hold } from "./hold.ts";
export type { AcquireOptions } from "./wait-queue.ts";
export type { WaitOptions } from "./waiter.ts";
export type { Named, PrimitiveOptions } from "./subject.ts";

export {
  allTasks,
  currentTask,
  onUnretrievedError,
  spawn,
  Task,
  type TaskFunction,
  type TaskOptions,
} from "./task.ts";
export { run } from "./run.ts";
export { sleep } from "./sleep.ts";

export {
  CancelledError,
  HoldupError,
  InvalidStateError,
  isCancelled,
  NotHeldError,
  rethrowIfCancelled,
  TimeoutError,
} from "./errors.ts";

// For those who measure and those who test.
export { observe, ownFrames, type Failure, type Observer } from "./observer.ts";
export type { Grant, Lender } from "./hold.ts";
export type { PrimitiveType, Subject } from "./subject.ts";
export type { WaitQueue } from "./wait-queue.ts";
export type { Room, Waiter } from "./waiter.ts";
export { now, useClock, type Alarm, type Clock } from "./clock.ts";
export { ManualClock } from "./manual-clock.ts";

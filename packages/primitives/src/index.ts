export { Lock, type LockOptions } from "./lock.ts";
export { Semaphore, type PermitOptions, type SemaphoreOptions } from "./semaphore.ts";
export { ReadWriteLock } from "./read-write-lock.ts";
export { Event } from "./event.ts";
export { Condition } from "./condition.ts";
export { Barrier } from "./barrier.ts";
export { LifoQueue, PriorityQueue, Queue, type PriorityQueueOptions, type QueueOptions } from "./queue.ts";
export { resource, type Opened } from "./resource.ts";
export type { Hold } from "./hold.ts";
export type { AcquireOptions } from "./wait-queue.ts";
export type { WaitOptions } from "./waiter.ts";
export { callSite, type CallSite } from "./call-site.ts";
export type { Named, PrimitiveOptions } from "./subject.ts";

export {
  allTasks,
  currentTask,
  onUnretrievedError,
  spawn,
  Task,
  type Outcome,
  type Result,
  type TaskFunction,
  type TaskOptions,
  type Work,
} from "./task.ts";
export { run } from "./run.ts";
export { sleep } from "./sleep.ts";
export { gather, type GatherOptions } from "./gather.ts";
export { shield } from "./shield.ts";
export { waitFor, withTimeout, type Timeout } from "./with-timeout.ts";
export { wait, type WaitForTasksOptions } from "./wait.ts";
export { asCompleted, type Settled } from "./as-completed.ts";
export { taskGroup, type TaskGroup } from "./task-group.ts";
export { ContextVar, type Token } from "./context-var.ts";

export { batch, type BatchOptions } from "./batch.ts";
export { observed } from "./observed.ts";
export { Shared } from "./shared.ts";

export {
  BrokenBarrierError,
  CancelledError,
  ContextValueError,
  HoldupError,
  InvalidStateError,
  isCancelled,
  NotHeldError,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  rethrowIfCancelled,
  TimeoutError,
} from "./errors.ts";
export { ExceptionGroup } from "./exception-group.ts";

// For those who measure, and those who build or wrap a primitive of their own.
export { invalidArgument, outOfRange } from "./errors.ts";
export { dismiss, observe, ownFrames, seam, type Failure, type Observer } from "./observer.ts";
export { Grant, HoldHandle, type Lender } from "./hold.ts";
export { Flow } from "./flow.ts";
export { keepShape } from "./shape.ts";
export { Subject, withStackLimit, type Contents, type PrimitiveType } from "./subject.ts";
export { WaitQueue, type LineRules } from "./wait-queue.ts";
export { atOnce, patient, Waiter, type Room } from "./waiter.ts";
export { JoinRoom, openJoins, type Awaited } from "./join.ts";
export { now, useClock, type Alarm, type Clock } from "./clock.ts";
export { ManualClock } from "./manual-clock.ts";

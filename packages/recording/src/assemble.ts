import type { Finding } from "@holdup/protocol";
import type { Part } from "./preload/parts.ts";
import { mergePrimitives } from "./primitive-record.ts";
import { recordingVersion, type Recording, type ThreadRecord, type WaitStack } from "./recording.ts";

/** What is known of a run besides what its threads left. */
export interface RunFacts {
  readonly name: string;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly exitCode: number;
  readonly missing: readonly string[];
  /** What `block.pb.gz` and `mutex.pb.gz` say, all threads' together. */
  readonly stacks: Recording["stacks"];
}

/** Puts what the threads of a run left together to its recording. */
export function assemble(parts: readonly Part[], facts: RunFacts): Recording {
  const labels = threadLabels(parts.map(({ thread }) => thread));
  const labelled = parts.map((part, index) => ({ part, label: labels[index] as string }));
  return {
    format: "holdup-recording",
    version: recordingVersion,
    name: facts.name,
    startedAt: facts.startedAt,
    durationMs: facts.durationMs,
    exitCode: facts.exitCode,
    threads: labelled.map(({ part, label }) => ({ label, ...part.thread })),
    missing: [
      ...facts.missing,
      ...labelled.flatMap(({ part, label }) => part.missing.map((sentence) => `${label}: ${sentence}`)),
    ],
    primitives: mergePrimitives(parts.map(({ primitives }) => primitives)),
    stacks: { waiters: mergeStacks(facts.stacks.waiters), holders: mergeStacks(facts.stacks.holders) },
    findings: mergeFindings(parts.map(({ findings }) => findings)),
    flights: labelled
      .filter(({ part }) => part.flight.waits.length > 0)
      .map(({ part, label }) => ({ thread: label, flight: part.flight })),
  };
}

/**
 * What threads are called, in the order of what comes in: the process that began first needs no number, and workers are
 * counted in the order of their making.
 */
export function threadLabels(
  threads: readonly Pick<ThreadRecord, "pid" | "threadId" | "startedAt">[],
): string[] {
  const first = threads.toSorted((a, b) => a.threadId - b.threadId || a.startedAt - b.startedAt)[0]?.pid;
  return threads.map(({ pid, threadId }) => {
    if (threadId === 0) return pid === first ? "main" : `process ${pid}`;
    // Threads of Node itself and of libraries have numbers, too.
    const number = threads.filter(
      (one) => one.pid === pid && one.threadId > 0 && one.threadId <= threadId,
    ).length;
    return pid === first ? `worker ${number}` : `process ${pid} worker ${number}`;
  });
}

function mergeStacks(stacks: readonly WaitStack[]): WaitStack[] {
  const groups = Map.groupBy(stacks, ({ type, name, frames }) => JSON.stringify([type, name, frames]));
  return Array.from(groups.values(), (same) => ({
    ...(same[0] as WaitStack),
    contentions: same.reduce((sum, { contentions }) => sum + contentions, 0),
    ms: same.reduce((sum, { ms }) => sum + ms, 0),
  })).toSorted((a, b) => b.ms - a.ms);
}

// Ids are of one process: of several the sentence tells what is the same.
function mergeFindings(lists: readonly (readonly Finding[])[]): Finding[] {
  const groups = Map.groupBy(lists.flat(), ({ kind, message }) => `${kind} ${message}`);
  return Array.from(groups.values(), (same) => ({
    ...(same[0] as Finding),
    count: same.reduce((sum, { count }) => sum + count, 0),
    firstSeen: Math.min(...same.map(({ firstSeen }) => firstSeen)),
    lastSeen: Math.max(...same.map(({ lastSeen }) => lastSeen)),
  }));
}

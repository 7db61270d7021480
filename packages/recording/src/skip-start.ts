import type { CpuProfile } from "./cpu-profile.ts";

/** Takes the first milliseconds out of a profile: loading modules, and code that is not compiled yet. */
export function skipStart(profile: CpuProfile, ms: number): CpuProfile {
  const first = indexAfter(profile.timeDeltas, ms * 1000);
  const samples = profile.samples.slice(first);
  const hits = new Map<number, number>();
  for (const id of samples) hits.set(id, (hits.get(id) ?? 0) + 1);
  const nodes = profile.nodes.map((node) => ({ ...node, hitCount: hits.get(node.id) ?? 0 }));
  return { ...profile, nodes, samples, timeDeltas: profile.timeDeltas.slice(first) };
}

function indexAfter(timeDeltas: readonly number[], microseconds: number): number {
  let passed = 0;
  const index = timeDeltas.findIndex((delta) => (passed += delta) > microseconds);
  return index === -1 ? timeDeltas.length : index;
}

import type { Recording } from "./recording.ts";

/**
 * What nobody named is called after the line that made it, as `p-limit@api.ts:12`, and an edit above moves that line.
 * Gives such primitives of the base the names that they have in the head: the first of a file there is the first here.
 * Where the head makes more of them in a file, or fewer, none is known again but by its line.
 */
export function withNamesOf(head: readonly Recording[], base: readonly Recording[]): Recording[] {
  const names = new Map<string, string>();
  const after = madeIn(head);
  for (const [group, { prefix, lines }] of madeIn(base)) {
    const moved = after.get(group)?.lines ?? [];
    if (moved.length !== lines.length) continue;
    for (const [i, line] of lines.entries()) names.set(`${prefix}:${line}`, `${prefix}:${moved[i]}`);
  }
  return base.map((recording) => renamed(recording, names));
}

interface Group {
  readonly prefix: string;
  /** Of the file, each once, from its beginning to its end. */
  readonly lines: readonly number[];
}

/** By type, library and file: the lines that made a primitive. */
function madeIn(recordings: readonly Recording[]): Map<string, Group> {
  const found = new Map<string, { prefix: string; lines: Set<number> }>();
  for (const { type, name } of recordings.flatMap(({ primitives }) => primitives)) {
    const [, prefix, line] = /^(.+@.+):(\d+)$/.exec(name) ?? [];
    if (prefix === undefined) continue;
    const group = found.get(`${type} ${prefix}`) ?? { prefix, lines: new Set() };
    group.lines.add(Number(line));
    found.set(`${type} ${prefix}`, group);
  }
  return new Map(
    [...found].map(([key, { prefix, lines }]) => [
      key,
      { prefix, lines: [...lines].toSorted((a, b) => a - b) },
    ]),
  );
}

function renamed(recording: Recording, names: ReadonlyMap<string, string>): Recording {
  const now = <Named extends { readonly name: string }>(one: Named): Named => ({
    ...one,
    name: names.get(one.name) ?? one.name,
  });
  const { primitives, stacks, findings, flights } = recording;
  return {
    ...recording,
    primitives: primitives.map(now),
    stacks: { waiters: stacks.waiters.map(now), holders: stacks.holders.map(now) },
    findings: findings.map((one) => ({
      ...one,
      primitives: one.primitives.map((name) => names.get(name) ?? name),
    })),
    flights: flights.map(({ thread, flight }) => ({
      thread,
      flight: { ...flight, primitives: flight.primitives.map(now) },
    })),
  };
}

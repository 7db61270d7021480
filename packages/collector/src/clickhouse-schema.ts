/**
 * How history lies in ClickHouse: one table, so that one insert is one commit. A batch is one block in one part;
 * all of it is there or nothing. Columns that a row's kind does not use are empty and take no room.
 */

/** What rows are; a batch has one row of its own, which tells that it has come. */
export type RowKind = "batch" | "figures" | "wait" | "hold" | "finding" | "reading";

interface SketchPart {
  /** The end of its columns' names. */
  readonly column: string;
  /** The index of the bucket in its first place. */
  readonly anchor: number;
}

/**
 * A sketch is two arrays, each with a fixed bucket in its first place. Most durations are in the second, which is
 * short for them: empty places in front cost nothing on disk, but time whenever arrays are added up.
 */
export const sketchParts: readonly [SketchPart, SketchPart] = [
  /** From 2^-30 s, a nanosecond; what is shorter counts as that. */
  { column: "short_buckets", anchor: -30 * 16 },
  /** From 2^-14 s, 61 microseconds. */
  { column: "long_buckets", anchor: -14 * 16 },
];

/** Estimates are of fractions of an operation; their buckets count in these. */
export const estimateUnit: number = 2 ** -20;

/** How much time the figures of one row cover, in milliseconds. */
export const bucketMs = 10_000;

/** Rows of one primitive lie together within so many milliseconds: few of their arrays are read in vain. */
export const slotMs = 900_000;

// Engine-side deduplication is what keeps two collectors apart that insert the same batch at once; what comes
// later is known by the batch's own row, for ten minutes. Few rows a mark: arrays are read for a page of primitives,
// and all of those up to the next mark with them.
const settings =
  "non_replicated_deduplication_window = 10000, ttl_only_drop_parts = 1, index_granularity = 256";

/** The statements that make the tables what this version expects; each may run twice, and twice at once. */
export function migrations(database: string, retentionMs: number): readonly string[] {
  return [
    `CREATE TABLE IF NOT EXISTS ${database}.holdup_records (
      kind LowCardinality(String),
      stream String COMMENT 'the token of a batch, the key of a finding or of a cumulative stream',
      time Int64 COMMENT 'Unix ms' CODEC(DoubleDelta, ZSTD),
      slot Int64 MATERIALIZED intDiv(time, ${slotMs}) CODEC(DoubleDelta, ZSTD),
      at DateTime64(3) ALIAS fromUnixTimestamp64Milli(time),
      received Int64 CODEC(DoubleDelta, ZSTD),
      service LowCardinality(String),
      type LowCardinality(String),
      name LowCardinality(String),
      operation LowCardinality(String),
      outcome LowCardinality(String),
      waiter_site LowCardinality(String),
      holder_site LowCardinality(String),
      estimated Bool,
      ${["wait", "hold", "handoff"].map(histogramColumns).join(",\n      ")},
      contended Float64,
      counted Float64,
      counted_contended Float64,
      blame Float64,
      waiters Float64,
      told Bool COMMENT 'whether anyone told what holders did',
      holds Float64,
      activities Map(LowCardinality(String), Float64),
      number UInt64 COMMENT 'the order of arrival of waits, holds and findings',
      count Float64,
      first_seen Float64,
      last_seen Float64,
      record String CODEC(ZSTD(3)),
      PROJECTION primitives (
        SELECT kind, service, type, name, min(time), max(time) GROUP BY kind, service, type, name
      )
    ) ENGINE = MergeTree
    PARTITION BY toDate(intDiv(received, 1000), 'UTC')
    ORDER BY (kind, stream, slot, service, type, name, time)
    TTL ${expiry(retentionMs)}
    SETTINGS ${settings}`,
  ];
}

/** When a row may go. */
export function expiry(retentionMs: number): string {
  return `toDateTime(intDiv(received, 1000), 'UTC') + toIntervalSecond(${Math.ceil(retentionMs / 1_000)})`;
}

function histogramColumns(name: string): string {
  const figures = ["count", "sum", "min", "max", "zeros"].map((figure) => `${name}_${figure} Float64`);
  const arrays = sketchParts.map(({ column }) => `${name}_${column} Array(UInt64) CODEC(ZSTD)`);
  return [...figures, ...arrays].join(", ");
}

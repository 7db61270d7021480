export {
  defaultDrainMs,
  defaultHost,
  defaultMaxBodyBytes,
  defaultMaxPendingBytes,
  defaultPort,
  defaultTickMs,
  startCollector,
  type Collector,
  type CollectorOptions,
} from "./collector.ts";
export { checkSecret, SecretError } from "./access.ts";
export { logLevels, type LogLevel } from "./log.ts";
export { reportPagePath } from "./report-page.ts";
export { isLoopback } from "./loopback.ts";
export { newSecret } from "./secret.ts";
export { NodeVersionError } from "./node-version-error.ts";
export { PortTakenError } from "./port-taken-error.ts";
export { MemoryStore, type MemoryStoreOptions } from "./memory-store.ts";
export { ClickHouseStore, type ClickHouseStoreOptions } from "./clickhouse-store.ts";
export { SqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
export type { Recovered } from "./journal.ts";
export { StoreError } from "./store-error.ts";
export type {
  Batch,
  FindingQuery,
  HotSpotPage,
  HotSpotQuery,
  PrimitiveQuery,
  Store,
  StoredHotSpot,
  TimeSpan,
  WaitQuery,
} from "./store.ts";
export type { Reading } from "./readings.ts";
export type { Measure, Rollup, Series } from "./rollup.ts";
export type {
  Bar,
  Distribution,
  HolderActivities,
  HolderSite,
  KeptFinding,
  KeptHold,
  KeptWait,
  MatrixEntry,
  OutcomeCount,
  Page,
  PrimitiveDetail,
  PrimitiveHistory,
  ServiceInfo,
  ServiceSummary,
  WaiterSite,
} from "@holdup/protocol";

export { attribute, event, metric, notSampled, scopeName, type LinkType, type Outcome } from "./names.ts";
export type { EventLoopHistory, EventLoopPoint, GcPauses, LoopWait } from "./event-loop.ts";
export type { Finding, FindingKind, ServiceFinding, Severity } from "./finding.ts";
export { bucketIndex, bucketMiddle, Histogram, histogramScale, type HistogramData } from "./histogram.ts";
export {
  findingKey,
  hotSpotKey,
  hotSpotWindowSeconds,
  otherActivities,
  seriesLength,
  type Activity,
  type Changes,
  type ClockSkew,
  type CollectorStatus,
  type Grouping,
  type HolderActivities,
  type HotSpot,
  type KeptFinding,
  type Occupancy,
  type Party,
  type PrimitiveState,
  type SeriesPoint,
  type ServerMessages,
  type Site,
  type Snapshot,
  type SubscriptionResult,
  type Subscription,
  type ViewerMessages,
} from "./live.ts";
export { distributionOf, octavesOf } from "./distribution.ts";
export { longestActivities } from "./held.ts";
export { figuresOf, packChanges, readChanges, type PackedChanges } from "./packed-changes.ts";
export type {
  Bar,
  Distribution,
  HistoryPoint,
  HolderSite,
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
  WaitGraphItem,
} from "./answers.ts";
export {
  recogniseProfile,
  waitsProfileId,
  type ProfileItem,
  type ProfileKind,
  type RecognisedProfile,
  type WaitsEntry,
  type WaitsProfile,
} from "./profile.ts";

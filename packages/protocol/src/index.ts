export { attribute, event, metric, notSampled, scopeName, type LinkType, type Outcome } from "./names.ts";
export { bucketIndex, bucketMiddle, Histogram, histogramScale, type HistogramData } from "./histogram.ts";
export {
  hotSpotKey,
  hotSpotWindowSeconds,
  seriesLength,
  type Changes,
  type CollectorStatus,
  type Grouping,
  type HotSpot,
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
export type {
  Bar,
  Distribution,
  HolderSite,
  KeptWait,
  OutcomeCount,
  Page,
  PrimitiveDetail,
  PrimitiveHistory,
  ServiceInfo,
  ServiceSummary,
  WaiterSite,
} from "./answers.ts";

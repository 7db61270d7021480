export {
  parseRecording,
  recordingFile,
  recordingVersion,
  RecordingError,
  type Recording,
  type ThreadRecord,
  type WaitStack,
} from "./recording.ts";
export {
  mergePrimitives,
  type HolderRow,
  type MatrixRow,
  type PrimitiveRecord,
  type Slice,
  type SliceHolder,
  type WaiterRow,
} from "./primitive-record.ts";
export { functionKey, siteKey, siteLabel } from "./site.ts";
export type { CallFrame, CpuProfile, ProfileNode } from "./cpu-profile.ts";
export { relativeProfile } from "./relative-profile.ts";
export { normaliseProfile } from "./normalise-profile.ts";
export { skipStart } from "./skip-start.ts";
export { applicationFrames, framesOf, type Frame } from "./zero-x-page.ts";
export type { Part } from "./preload/parts.ts";
export { assemble, threadLabels, type RunFacts } from "./assemble.ts";
export { cpuTree, nodesOf, topFrames, TreeBuilder, waitTree, type FlameNode } from "./flame-tree.ts";
export { waitProfile } from "./wait-profile.ts";
export { reportElement, reportHtml, reportPlace, type ReportData } from "./report.ts";
export {
  compareRecordings,
  type ComparedProfiles,
  type Comparison,
  type Figure,
  type PrimitiveComparison,
  type PrimitiveFacts,
} from "./comparison.ts";
export type { SideFacts } from "./side-facts.ts";
export type { Verdict } from "./verdict.ts";
export { benchSentence, figureSentence } from "./failures.ts";
export { processorSentence, type ProcessorChange, type SideProfiles } from "./processor-change.ts";
export { withNamesOf } from "./moved-names.ts";
export { defaultFailOn, FailOnError, parseFailOn, type FailOn, type Metric } from "./fail-on.ts";
export { change, comparisonMarkdown, quantileMs, summaryBudgetBytes } from "./comparison-markdown.ts";
export { comparisonHtml, type ComparedTrees } from "./comparison-html.ts";
export { benchmarkEntries, type BenchmarkEntry } from "./benchmark-action.ts";
export { diffTree, type DiffNode } from "./diff-tree.ts";
export {
  benchResult,
  isSettled,
  type BenchCount,
  type BenchFigure,
  type BenchFinding,
  type BenchResult,
  type Round,
} from "./bench-result.ts";
export { confirmation, type Confirmation } from "./confirmation.ts";
export { noiseFloor, pairedRatio, pairedVerdict, type PairedRatio } from "./paired.ts";
export { benchMarkdown, countsOf } from "./bench-markdown.ts";

export { ManualClock, useClock } from "@holdup/primitives";
export { settled } from "./settled.ts";
export { recordSpans, type RecordedSpans } from "./record-spans.ts";
export { dumpOnTimeout, HangError } from "./dump-on-timeout.ts";
export { FindingsError, noFindings, type NoFindingsOptions } from "./no-findings.ts";

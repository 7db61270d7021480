import { parseRecording, type ReportData } from "@holdup/recording";

/**
 * Reads what a report has in it.
 *
 * @throws RecordingError that says in one sentence what is wrong with it
 */
export function readReport(text: string): ReportData {
  const read = JSON.parse(text) as ReportData;
  return { ...read, recording: parseRecording(JSON.stringify(read.recording), "this report") };
}

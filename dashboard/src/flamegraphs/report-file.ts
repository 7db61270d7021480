/** A report that is opened as a profile: what counts is the recording in it. */

import { reportElement, type ReportData } from "@holdup/recording";

/** The recording in a report, as text; any other text as it is. */
export function profileText(text: string): string {
  const begin = `<script type="application/json" id="${reportElement}">`;
  const at = text.indexOf(begin);
  if (!/^\s*<!doctype html/i.test(text) || at === -1) return text;
  const from = at + begin.length;
  const { recording } = JSON.parse(text.slice(from, text.indexOf("</script>", from))) as ReportData;
  return JSON.stringify(recording);
}

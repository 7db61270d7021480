import type { FlameNode } from "./flame-tree.ts";
import { dataScript } from "./html.ts";
import type { Recording } from "./recording.ts";

/** What a report holds as data, in the element `holdup-recording`. */
export interface ReportData {
  readonly recording: Recording;
  /** Where the processor's time went. */
  readonly cpu: FlameNode;
  /** The threads whose flight recordings had no room in the report; absent: all have. */
  readonly leftOut?: readonly string[];
}

/** The id of the element that holds it. */
export const reportElement = "holdup-recording";

/** Where in the page the data goes. */
export const reportPlace = "<!-- the recording -->";

/** How many bytes of flight recordings, as JSON, a report carries; `contention.json` has them all. */
const mostFlightBytes = 4 * 2 ** 20;

/**
 * A recording as one page that opens without a server: the dashboard's page with the recording in it.
 *
 * @throws Error if the page has no place for it
 */
export function reportHtml(page: string, recording: Recording, cpu: FlameNode): string {
  const at = page.indexOf(reportPlace);
  if (at === -1) throw new Error("the page of the report has no place for a recording: build it again");
  // Put together, and not replaced: `$&` in a name would be what was replaced.
  const data = dataScript(reportElement, reportData(recording, cpu));
  return `${page.slice(0, at)}${data}${page.slice(at + reportPlace.length)}`;
}

function reportData(recording: Recording, cpu: FlameNode): ReportData {
  let bytes = 0;
  const flights = recording.flights.filter(({ flight }) => {
    bytes += JSON.stringify(flight).length;
    return bytes <= mostFlightBytes;
  });
  if (flights.length === recording.flights.length) return { recording, cpu };
  const leftOut = recording.flights.slice(flights.length).map(({ thread }) => thread);
  return { recording: { ...recording, flights }, cpu, leftOut };
}

import type { CollectorStatus } from "@holdup/protocol";
import type { ReactNode } from "react";
import { formatAge, formatStretch } from "../age.ts";
import { formatBytes } from "../bytes.ts";
import { formatCount } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { useWallClock } from "../now.ts";
import { formatShare } from "../share.ts";
import { lossesOf } from "../shell/losses.ts";
import { clockOffset } from "../state.ts";
import { useLive } from "../store.ts";

/** Everything that the collector says of itself, in words. */
export function CollectorFacts(): ReactNode {
  const status = useLive((state) => state.status);
  const now = useWallClock() + useLive(clockOffset);
  if (status === null) return <p className="nothing">Nothing is known before the first snapshot.</p>;
  const { notKept, lost } = lossesOf(status.dropped);
  return (
    <table className="facts">
      <tbody>
        {[
          ...arrivals(status, now),
          ...counts("Lost: ", lost, "Missing from the numbers on this page."),
          ...keeping(status),
          {
            name: "Single waits never sent",
            value: formatCount(notKept),
            note: "Programs keep spans of single waits within a rate; totals and percentiles count all of them.",
          },
          ...(status.clockSkew ?? []).map(({ service, instance, skewMs }) => ({
            name: `Clock of ${service}`,
            value: `${skewMs < 0 ? "ahead by" : "late by"} ${formatDuration(Math.abs(skewMs) / 1000)}`,
            note: `Process ${instance}; late includes the way here.`,
          })),
        ].map(({ name, value, note }) => (
          <tr key={`${name} ${note}`}>
            <th scope="row">
              <bdi>{name}</bdi>
            </th>
            <td>{value}</td>
            <td className="nothing">
              <bdi>{note}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface Fact {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}

function arrivals(
  { requests, lastReceivedAt, services, startedAt, repeatedSpans }: CollectorStatus,
  now: number,
): Fact[] {
  return [
    {
      name: "Services",
      value: formatCount(services.length),
      note: services.join(", ") || "None has told anything yet.",
    },
    {
      name: "Requests accepted",
      value: formatCount(requests.accepted),
      note: lastReceivedAt === null ? "None yet." : `The last one ${formatAge(now - lastReceivedAt)}.`,
    },
    ...counts("Requests refused: ", requests.refused, "By status code; the collector's log says why."),
    ...(repeatedSpans === undefined
      ? []
      : [{ name: "Spans sent twice", value: formatCount(repeatedSpans), note: "Counted once." }]),
    { name: "Collector up for", value: formatStretch(now - startedAt), note: "" },
  ];
}

function keeping({
  store,
  durable,
  retentionSeconds,
  maxPendingBytes,
  occupancy = {},
}: CollectorStatus): Fact[] {
  return [
    {
      name: "Store",
      value: store,
      note: durable
        ? "What was acknowledged survives a crash."
        : "What was received is lost when the collector stops.",
    },
    ...(retentionSeconds === undefined
      ? []
      : [{ name: "Kept for", value: formatStretch(retentionSeconds * 1000), note: "Set with --retention." }]),
    ...(maxPendingBytes === undefined
      ? []
      : [
          {
            name: "Requests in memory",
            value: `at most ${formatBytes(maxPendingBytes)}`,
            note: "Beyond it the collector asks programs to send again later.",
          },
        ]),
    ...Object.entries(occupancy).map(([name, { used, max }]) => ({
      name: `Full: ${name}`,
      value: formatShare(max === 0 ? 0 : used / max),
      note: fullNote(name, used, max),
    })),
  ];
}

// What is kept in a ring is full most of the time, and nothing is wrong then.
function fullNote(name: string, used: number, max: number): string {
  const format = name.endsWith("bytes") ? formatBytes : formatCount;
  const note = `${format(used)} of ${format(max)}`;
  return name.startsWith("kept ") ? `${note}; when full, the oldest give way to the newest.` : note;
}

function counts(name: string, all: Readonly<Record<string, number>>, note: string): Fact[] {
  const some = Object.entries(all).filter(([, count]) => count > 0);
  if (some.length === 0) return [{ name: name.replace(/: $/, ""), value: "0", note: "" }];
  return some.map(([reason, count]) => ({ name: `${name}${reason}`, value: formatCount(count), note }));
}

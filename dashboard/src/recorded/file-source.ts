import {
  hotSpotKey,
  waitsProfileId,
  type CollectorStatus,
  type EventLoopHistory,
  type Grouping,
  type HistoryPoint,
  type HotSpot,
  type KeptFinding,
  type KeptWait,
  type Page,
  type PrimitiveDetail,
  type ProfileItem,
  type Snapshot,
  type WaitGraphItem,
  type WaitsProfile,
} from "@holdup/protocol";
import type { PrimitiveRecord, Recording, ReportData } from "@holdup/recording";
import type { DataSource, Question, QuestionName, Questions } from "../data-source.ts";
import { withShares } from "../share.ts";
import type { Message } from "../state.ts";
import { courseOf, stepsOf, type Steps } from "./course.ts";
import { detailOf } from "./detail.ts";
import { flightsOf, waitsSince, type Flights } from "./flights.ts";
import { matrixOf } from "./places.ts";
import { processorProfileId, stacksProfileId } from "./profile-ids.ts";
import type { RecordedRun } from "./recorded-run.ts";
import { spotsOf } from "./spots.ts";

/** A recording as a source: it tells what it has once, and answers by itself. */
export class FileSource implements DataSource {
  readonly #recording: Recording;
  readonly #cpu: ReportData["cpu"];
  readonly #steps: Steps;
  readonly #run: RecordedRun;
  #flights: Flights | undefined;

  constructor({ recording, cpu, leftOut = [] }: ReportData) {
    this.#recording = recording;
    this.#cpu = cpu;
    this.#steps = stepsOf(recording);
    this.#run = runOf(recording, this.#steps, leftOut);
  }

  start(listener: (message: Message) => void): void {
    listener({ type: "recording", run: this.#run, snapshot: this.#snapshot() });
  }

  /** A recording is of one run, whatever service is asked for. */
  watch(): void {}

  /** Nothing is ever missed. */
  resync(): void {}

  async ask<Name extends QuestionName>(question: Question<Name>): Promise<Questions[Name]["answer"]> {
    return this.#answer(question as Question);
  }

  #answer(question: Question): Questions[QuestionName]["answer"] {
    switch (question.name) {
      case "hotSpots":
        return whole(this.#hotSpots(question.by));
      case "primitive":
        return this.#primitive(question.primitive);
      case "waits":
        return pageOf(this.#known.waits.filter(isAbout(question)), question);
      case "holds":
        return pageOf(this.#known.holds.filter(isAbout(question)), question);
      case "waitGraph":
        return whole(this.#known.open);
      case "findings":
        return whole(this.#findings());
      case "eventLoops":
        return whole(this.#eventLoops());
      case "profiles":
        return whole(this.#profiles());
      case "waitsProfile":
        return this.#waitsProfile();
      case "profile":
        return this.#profile(question.id);
      default:
        return question satisfies never;
    }
  }

  // Read when it is asked for: most of a report is in there.
  get #known(): Flights {
    return (this.#flights ??= flightsOf(this.#recording, this.#run.name));
  }

  #snapshot(): Snapshot {
    const { durationMs, primitives } = this.#recording;
    return {
      sequence: 0,
      time: this.#run.whole.to,
      status: statusOf(this.#run),
      windowSeconds: durationMs / 1000,
      hotSpots: this.#hotSpots("primitive"),
      series: Object.fromEntries(
        primitives.map((record) => [this.#keyOf(record), this.#course(record)] as const),
      ),
      findings: this.#findings(),
    };
  }

  #hotSpots(by: Grouping): HotSpot[] {
    const spots = this.#recording.primitives.flatMap((record) =>
      spotsOf(record, by, {
        service: this.#run.name,
        waiters: this.#openOf(record).flatMap(({ waiters }) => waiters).length,
      }),
    );
    const shared = withShares(new Map(spots.map((spot, index) => [String(index), spot])));
    return [...shared.values()].toSorted((a, b) => b.blameSeconds - a.blameSeconds);
  }

  #primitive({ name, type }: HotSpot["primitive"]): PrimitiveDetail | null {
    const record = this.#recording.primitives.find((one) => one.name === name && one.type === type);
    if (record === undefined) return null;
    return detailOf(record, {
      service: this.#run.name,
      course: this.#course(record),
      stepSeconds: this.#steps.stepMs / 1000,
      open: this.#openOf(record),
    });
  }

  #course(record: PrimitiveRecord): HistoryPoint[] {
    const waits = this.#known.waits.filter((wait) => isOf(wait, record));
    return courseOf(record, this.#steps, waits, this.#run.waitsSince);
  }

  #openOf(record: PrimitiveRecord): readonly WaitGraphItem[] {
    return this.#known.open.filter((item) => isOf(item, record));
  }

  #keyOf({ name, type }: PrimitiveRecord): string {
    return hotSpotKey({ service: this.#run.name, primitive: { name, type } });
  }

  // The newest first, as collectors tell them. Of several threads together no one's.
  #findings(): KeptFinding[] {
    const { threads, findings } = this.#recording;
    const instance = threads.length === 1 ? (threads[0]?.label ?? "") : "";
    return findings
      .map((finding, index) => ({
        ...finding,
        // Ids are of one process, and these may be of several.
        id: `${index} ${finding.id}`,
        service: this.#run.name,
        instance,
      }))
      .toSorted((a, b) => b.lastSeen - a.lastSeen);
  }

  // How its event loops went is not in a recording, but for how much of the waiting was theirs after the grant.
  #eventLoops(): EventLoopHistory[] {
    const waits = this.#recording.primitives.map(({ name, type, blockedMs, handoffMs }) => ({
      primitive: { name, type },
      waitSeconds: blockedMs / 1000,
      stalledWaitSeconds: Number.NaN,
      handoffSeconds: handoffMs / 1000,
    }));
    const { name: service, stepMs } = this.#run;
    return [{ service, instance: "", stepSeconds: stepMs / 1000, points: [], waits }];
  }

  #profiles(): ProfileItem[] {
    const { startedAt, durationMs } = this.#recording;
    const common = { service: null, receivedAt: startedAt + durationMs, sizeBytes: 0 };
    return [
      { ...common, id: stacksProfileId, kind: "recording", name: "Waiting, by stack" },
      { ...common, id: waitsProfileId, kind: "waits", name: "Waiting, line by line" },
      { ...common, id: processorProfileId, kind: "cpuprofile", name: "Processor time" },
    ];
  }

  #waitsProfile(): WaitsProfile {
    const { from, to } = this.#run.whole;
    const items = this.#recording.primitives.flatMap((record) =>
      matrixOf(record).map((entry) => ({
        ...entry,
        service: this.#run.name,
        primitive: { name: record.name, type: record.type },
      })),
    );
    return { from, to, items };
  }

  #profile(id: string): unknown {
    if (id === stacksProfileId) return this.#recording;
    return id === processorProfileId ? this.#cpu : null;
  }
}

function runOf(
  recording: Recording,
  { from, stepMs, count }: Steps,
  leftOut: readonly string[],
): RecordedRun {
  const { name, startedAt, durationMs, exitCode, threads, missing } = recording;
  const noRoom =
    leftOut.length === 0
      ? []
      : [`The single waits of ${leftOut.join(", ")} have no room in this page; contention.json has them.`];
  return {
    name,
    whole: { from, to: from + count * stepMs },
    stepMs,
    startedAt,
    durationMs,
    exitCode,
    threads,
    missing: [...missing.map(asSentence), ...noRoom],
    waitsSince: waitsSince(recording, leftOut),
  };
}

function asSentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

// Of a collector nothing is to be told here.
function statusOf({ name, startedAt, whole: { to } }: RecordedRun): CollectorStatus {
  return {
    version: "",
    startedAt,
    durable: true,
    store: "file",
    requests: { accepted: 0, refused: {} },
    dropped: {},
    lastReceivedAt: to,
    viewers: 1,
    services: [name],
  };
}

function isOf(
  { primitive }: Pick<HotSpot, "primitive">,
  { name, type }: Pick<PrimitiveRecord, "name" | "type">,
): boolean {
  return primitive.name === name && primitive.type === type;
}

type Asked = Pick<Questions["waits"]["parameters"], "from" | "to" | "primitive" | "limit" | "cursor">;

function isAbout({ from = -Infinity, to = Infinity, primitive }: Partial<Asked>) {
  return ({ primitive: { name }, end }: Pick<KeptWait, "primitive" | "end">): boolean =>
    (primitive === undefined || name === primitive) && end > from && end <= to;
}

function whole<Item>(items: readonly Item[]): Page<Item> {
  return { items, next: null };
}

function pageOf<Item>(
  items: readonly Item[],
  { limit, cursor }: Pick<Asked, "limit" | "cursor">,
): Page<Item> {
  const start = Number(cursor ?? 0);
  const end = start + limit;
  return { items: items.slice(start, end), next: end < items.length ? String(end) : null };
}

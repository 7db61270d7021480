import {
  compareRecordings,
  defaultFailOn,
  diffTree,
  parseFailOn,
  parseRecording,
  waitTree,
  type Comparison,
  type Recording,
} from "@holdup/recording";
import { useMemo, type ReactNode } from "react";
import type { ProfileItem } from "@holdup/protocol";
import { Choice } from "../flamegraphs/choice.tsx";
import { FlameDrawing } from "../flamegraphs/flame-drawing.tsx";
import { ProfilePicker } from "../flamegraphs/profile-picker.tsx";
import { blames } from "../flamegraphs/profile-tree.ts";
import { useProfile } from "../flamegraphs/use-profile.ts";
import { getPlace, moveTo, useOwn, usePlace } from "../location.ts";
import "../styles/compare.css";
import { stacksProfileId } from "../recorded/profile-ids.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import { useAnswer } from "../use-answer.ts";
import { ComparisonTable } from "./comparison-table.tsx";
import { diffLook } from "./diff-look.ts";
import { verdictWords } from "./verdict.tsx";

const widths = ["head", "base"] as const;

/** What got slower between two recordings, and what got better. */
export function Compare(): ReactNode {
  const { service } = usePlace();
  const { answer: list } = useAnswer({ name: "profiles", service });
  const recordings = (list?.items ?? [])
    .filter(({ kind }) => kind === "recording")
    .map((item) => (item.id === stacksProfileId ? { ...item, name: "this recording" } : item));
  const base = useRecording("base", recordings);
  const head = useRecording("head", recordings);
  const comparison = useMemo(() => {
    if (base.recording === undefined || head.recording === undefined) return undefined;
    return compareRecordings([base.recording], [head.recording], parseFailOn(defaultFailOn));
  }, [base.recording, head.recording]);

  return (
    <div className="compare">
      <div className="flame-bar-line" role="toolbar" aria-label="Recordings to compare">
        {[base, head].map(({ side, id }) => (
          <ProfilePicker
            key={side}
            items={recordings}
            chosen={id}
            label={side === "base" ? "Base" : "Head"}
            // The first that is dropped is the base, the next one the head.
            droppable={(base.id === "") === (side === "base")}
            onChoose={(chosen) => moveTo({ own: { ...getPlace().own, [side]: chosen, zoom: "" } })}
          />
        ))}
      </div>
      {[base, head].map(
        ({ side, problem }) =>
          problem !== undefined && (
            <p key={side} role="alert">
              The {side} can't be read. {problem}
            </p>
          ),
      )}
      {comparison === undefined && (base.id === "" || head.id === "") && <HowTo />}
      {comparison !== undefined && base.recording !== undefined && head.recording !== undefined && (
        <Result comparison={comparison} base={base.recording} head={head.recording} />
      )}
    </div>
  );
}

interface Side {
  readonly side: "base" | "head";
  readonly id: string;
  readonly recording?: Recording;
  readonly problem?: string;
}

function useRecording(side: "base" | "head", items: readonly ProfileItem[]): Side {
  const [own] = useOwn(side);
  // What a report is of is what one wants to know about.
  const isOwn = useRecorded() !== undefined && own === "" && side === "head";
  const id = isOwn ? stacksProfileId : own;
  const { service } = usePlace();
  const item = items.find((one) => one.id === id) ?? {
    id,
    kind: "recording" as const,
    name: "",
    service: null,
    receivedAt: 1,
    sizeBytes: 0,
  };
  const { content, missing } = useProfile(item, service);
  return useMemo(() => {
    if (id === "") return { side, id };
    if (missing) return { side, id, problem: "It is not there any more." };
    if (content === undefined) return { side, id };
    try {
      return { side, id, recording: parseRecording(JSON.stringify(content)) };
    } catch (error) {
      return { side, id, problem: `${(error as Error).message}.` };
    }
  }, [side, id, content, missing]);
}

function HowTo(): ReactNode {
  return (
    <div className="compare-how panel">
      <p>Two recordings are compared: the base, and the head that may be slower. Make them with</p>
      <pre>holdup record --out base -- node app.js</pre>
      <p>
        and open both <code>contention.json</code> or <code>report.html</code> here, or drop them on the page.
        In CI, the artifact of each run has one.
      </p>
    </div>
  );
}

interface ResultProps {
  readonly comparison: Comparison;
  readonly base: Recording;
  readonly head: Recording;
}

function Result({ comparison, base, head }: ResultProps): ReactNode {
  const { verdict, failures, doubts, newFindings, goneFindings } = comparison;
  return (
    <>
      <header className="compare-verdict" data-verdict={verdict}>
        <h2>{verdictWords[verdict]}</h2>
        {failures.length > 0 && (
          <ul>
            {failures.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        )}
        {doubts.map((sentence) => (
          <p key={sentence} className="nothing">
            {sentence}
          </p>
        ))}
      </header>
      <ComparisonTable primitives={comparison.primitives} />
      <FindingList title="New findings" findings={newFindings} />
      <FindingList title="Findings that are gone" findings={goneFindings} />
      <DiffGraph base={base} head={head} />
    </>
  );
}

function FindingList({
  title,
  findings,
}: {
  readonly title: string;
  readonly findings: Comparison["newFindings"];
}): ReactNode {
  if (findings.length === 0) return null;
  return (
    <section className="panel" aria-label={title}>
      <h2>{title}</h2>
      <ul>
        {findings.map(({ kind, message, advice }) => (
          <li key={`${kind} ${message}`}>
            <strong>{kind}</strong>: {message} <span className="nothing">{advice}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function DiffGraph({ base, head }: Pick<ResultProps, "base" | "head">): ReactNode {
  const [blameText, setBlame] = useOwn("blame");
  const [widthText, setWidth] = useOwn("width");
  const blame = blames.find((one) => one === blameText) ?? "waiter";
  const width = widths.find((one) => one === widthText) ?? "head";
  const tree = useMemo(() => {
    const side = blame === "waiter" ? "waiters" : "holders";
    return diffTree(waitTree(base.stacks[side]), waitTree(head.stacks[side]), width);
  }, [base, head, blame, width]);
  return (
    <section className="panel" aria-label="Where the difference is">
      <h2>Where the difference is</h2>
      <div className="flame-bar-line">
        <Choice label="Charge to" values={blames} value={blame} onChoose={setBlame} />
        <Choice label="As wide as in the" values={widths} value={width} onChoose={setWidth} />
        <span className="nothing">
          ↑ red: a larger share of all waiting than in the base; ↓ blue: a smaller one
        </span>
      </div>
      <FlameDrawing tree={tree} style="icicle" label={`Difference of waiting, by ${blame}`} look={diffLook} />
    </section>
  );
}

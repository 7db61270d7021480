import { waitsProfileId, type ProfileItem } from "@holdup/protocol";
import type { FlameNode } from "@holdup/recording";
import { useMemo, type ReactNode } from "react";
import { FindField } from "../find-field.tsx";
import { Icon } from "../icon.tsx";
import { getPlace, moveTo, useOwn, usePlace } from "../location.ts";
import "../styles/flamegraphs.css";
import { useAnswer } from "../use-answer.ts";
import { Choice } from "./choice.tsx";
import { matches } from "./flame-graph.tsx";
import { FlameDrawing, drawingStyles } from "./flame-drawing.tsx";
import { ProfilePicker } from "./profile-picker.tsx";
import { blames, profileTree, tellsBlame, type Blame } from "./profile-tree.ts";
import { forms, saveTree } from "./save-tree.ts";
import { useProfile } from "./use-profile.ts";
import { stacksProfileId } from "../recorded/profile-ids.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import { formatShare } from "../share.ts";

const live: ProfileItem = {
  id: waitsProfileId,
  kind: "waits",
  name: "Waits, live",
  service: null,
  receivedAt: 0,
  sizeBytes: 0,
};

const blameTitles = {
  waiter: "The stacks that waited, and beneath each who held meanwhile",
  holder: "The stacks that held, and beneath each who waited for them",
} as const;

/** Where the time went, by the stacks that waited, or held while others waited, or ran. */
export function Flamegraphs(): ReactNode {
  const { service } = usePlace();
  const [own] = useOwn("profile");
  // What a recording shows at first is all its waiting, by whole stacks.
  const recorded = useRecorded() !== undefined;
  const id = own === "" && recorded ? stacksProfileId : own;
  const [blameText, setBlame] = useOwn("blame");
  const [styleText, setStyle] = useOwn("style");
  const blame: Blame = blames.find((one) => one === blameText) ?? "waiter";
  const style = drawingStyles.find((one) => one === styleText) ?? "icicle";
  const { answer: list } = useAnswer({ name: "profiles", service });
  const item =
    id === "" ? live : (list?.items.find((one) => one.id === id) ?? { ...live, id, kind: "waits" as const });
  const profile = useProfile(item, service);
  const { tree, problem } = useTree(profile.kind, profile.content, blame);

  return (
    <div className="flamegraphs">
      <div className="flame-bar" role="toolbar" aria-label="Flamegraph">
        <div className="flame-bar-line">
          <ProfilePicker
            items={list?.items ?? [live]}
            chosen={id === "" ? waitsProfileId : id}
            onChoose={(chosen) => choose(chosen === waitsProfileId && !recorded ? "" : chosen)}
          />
          <span className="spacer" />
          {tree !== undefined && tree.total > 0 && <Save tree={tree} name={item.name} />}
        </div>
        <div className="flame-bar-line">
          {tellsBlame(profile.kind) && (
            <Choice
              label="Charge to"
              values={blames}
              value={blame}
              titles={blameTitles}
              onChoose={setBlame}
            />
          )}
          <Choice label="Show as" values={drawingStyles} value={style} onChoose={setStyle} />
          <FindFrame tree={tree} />
        </div>
      </div>
      {profile.missing && <p className="nothing">This profile is not there any more; choose another one.</p>}
      {problem !== undefined && (
        <p className="nothing" role="alert">
          It can't be drawn. {problem}
        </p>
      )}
      {tree !== undefined && <FlameDrawing tree={tree} style={style} label={`${item.name}, by ${blame}`} />}
      {tree === undefined && problem === undefined && !profile.missing && (
        <p className="nothing">
          {profile.failed ? "The collector did not answer. Asking again by itself." : "Loading …"}
        </p>
      )}
    </div>
  );
}

// What was zoomed into is not in another profile.
function choose(profile: string): void {
  moveTo({ own: { ...getPlace().own, profile, zoom: "" } });
}

interface Built {
  readonly tree?: FlameNode;
  readonly problem?: string;
}

// What did not change is not built anew: a zoom and what is marked would flicker every two seconds.
function useTree(kind: ProfileItem["kind"], content: unknown, blame: Blame): Built {
  const text = useMemo(() => (content === undefined ? "" : JSON.stringify(content)), [content]);
  return useMemo(() => {
    if (text === "") return {};
    try {
      return { tree: profileTree(kind, JSON.parse(text), blame) };
    } catch (error) {
      return { problem: (error as Error).message };
    }
  }, [kind, text, blame]);
}

/** What is looked for, and how much of all time it is. */
function FindFrame({ tree }: { readonly tree: FlameNode | undefined }): ReactNode {
  const { find } = usePlace();
  const found = tree === undefined || find === "" ? undefined : foundShare(tree, find);
  return (
    <span className="flame-find">
      <FindField what="a frame" hint="A part of its function's name or of its file's path" />
      <output>{found === undefined ? "" : formatShare(found)}</output>
    </span>
  );
}

// A frame below one that matches is in its time already.
function foundShare(tree: FlameNode, find: string): number {
  let ms = 0;
  const visit = (node: FlameNode): void => {
    if (matches(node, find)) ms += node.total;
    else for (const child of node.children) visit(child);
  };
  for (const child of tree.children) visit(child);
  return tree.total === 0 ? 0 : ms / tree.total;
}

function Save({ tree, name }: { readonly tree: FlameNode; readonly name: string }): ReactNode {
  return (
    <span className="flame-save">
      {forms.map((form) => (
        <button
          key={form}
          type="button"
          className="action"
          title={`Save it as ${form}`}
          onClick={() => saveTree(tree, name, form)}
        >
          <Icon name="download" />
          {form}
        </button>
      ))}
    </span>
  );
}

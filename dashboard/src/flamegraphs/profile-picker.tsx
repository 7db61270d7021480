import { recogniseProfile, waitsProfileId, type ProfileItem } from "@holdup/protocol";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { formatClock } from "../age.ts";
import { useStore, type Store } from "../store.ts";
import { opened } from "./opened.ts";
import { profileText } from "./report-file.ts";

interface ProfilePickerProps {
  readonly items: readonly ProfileItem[];
  readonly chosen: string;
  /** @default "Profile" */
  readonly label?: string;
  /** Whether a file that is dropped on the page is for it. @default true */
  readonly droppable?: boolean;
  readonly onChoose: (id: string) => void;
}

/** Chooses a profile: the live one, one that is kept, or a file, which can be dropped anywhere on the page. */
export function ProfilePicker({
  items,
  chosen,
  label = "Profile",
  droppable = true,
  onChoose,
}: ProfilePickerProps): ReactNode {
  const store = useStore();
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState("");
  const all = [...items, ...Array.from(opened.values(), ({ item }) => item)];

  async function take(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    try {
      setProblem("");
      onChoose(await open(store, file));
    } catch (error) {
      setProblem(`${file.name} can't be opened. ${(error as Error).message}`);
    }
  }
  useDrop(droppable, (file) => void take(file));

  return (
    <span className="profile-picker">
      <label>
        <span>{label}</span>
        <select value={chosen} onChange={(event) => onChoose(event.target.value)}>
          {all.every(({ id }) => id !== chosen) && (
            <option value={chosen}>{chosen === "" ? "choose …" : "(not there any more)"}</option>
          )}
          {all.map((item) => (
            <option key={item.id} value={item.id}>
              {wordsOf(item, all)}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        className="action"
        title="contention.json, report.html, .cpuprofile or folded stacks; or drop one on the page"
        onClick={() => input.current?.click()}
      >
        Open a file …
      </button>
      <input
        ref={input}
        type="file"
        className="visually-hidden"
        tabIndex={-1}
        aria-label={`${label} to open`}
        accept=".json,.html,.cpuprofile,.txt,.folded"
        onChange={(event) => void take(event.target.files?.[0])}
      />
      {problem !== "" && <span role="alert">{problem}</span>}
    </span>
  );
}

// Every recording is a contention.json: what has the name of another is told apart by when it came.
function wordsOf({ id, name, service, receivedAt }: ProfileItem, all: readonly ProfileItem[]): string {
  const words = service === null || id === waitsProfileId ? name : `${service}: ${name}`;
  const alone = all.every((other) => other.id === id || other.name !== name || other.service !== service);
  return alone ? words : `${words} · ${formatClock(receivedAt)}`;
}

// Kept where others can see it, if there is such a place; a link to it works for them, too.
async function open(store: Store, file: File): Promise<string> {
  const text = profileText(await file.text());
  const { kind, content } = recogniseProfile(text);
  const kept = await store.keep(file.name, new Blob([text]));
  if (kept !== undefined) return kept.id;
  const id = `file:${file.name}`;
  const item = { id, kind, name: file.name, service: null, receivedAt: Date.now(), sizeBytes: file.size };
  opened.set(id, { item, kind, content });
  return id;
}

function useDrop(droppable: boolean, take: (file: File | undefined) => void): void {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    if (!droppable) return undefined;
    const over = (event: DragEvent): void => event.preventDefault();
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      latest.current(event.dataTransfer?.files[0]);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("drop", drop);
    };
  }, [droppable]);
}

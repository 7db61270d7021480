/** Where a line of source or a trace opens: only who looks at the page knows. Remembered in this browser. */

import { useSyncExternalStore } from "react";
import type { Site } from "@holdup/protocol";

/** What is remembered. */
export interface Links {
  /** The folder that paths are relative to, as this computer knows it; empty: lines don't open. */
  readonly folder: string;
  /** How an editor is asked: `{path}` and `{line}` are filled in. */
  readonly editor: string;
  /** Where traces are: `{traceId}` is filled in; empty: traces don't open. */
  readonly traces: string;
}

/** Visual Studio Code, and nothing that needs to be known first. */
export const defaultLinks: Links = { folder: "", editor: "vscode://file/{path}:{line}", traces: "" };

const storageKey = "holdup.links";
const listeners = new Set<() => void>();
let chosen = readLinks(stored());

/** What a browser remembered; what makes no sense is the default. */
export function readLinks(text: string | null): Links {
  try {
    const known = JSON.parse(text ?? "{}") as Partial<Record<keyof Links, unknown>>;
    const read = (name: keyof Links) => (typeof known[name] === "string" ? known[name] : defaultLinks[name]);
    return { folder: read("folder"), editor: read("editor"), traces: read("traces") };
  } catch {
    return defaultLinks;
  }
}

/** Whether a path says by itself where a file is. */
export function isAbsolute(filePath: string): boolean {
  return filePath.startsWith("/") || /^[A-Za-z]:[\\/]/.test(filePath);
}

/** Where a line opens; undefined while nobody has told where the source is. */
export function siteLink(
  { folder, editor }: Links,
  { filePath, lineNumber }: Pick<Site, "filePath" | "lineNumber">,
): string | undefined {
  const absolute = isAbsolute(filePath);
  if (folder === "" && !absolute) return undefined;
  const path = absolute ? filePath : `${folder.replace(/[\\/]+$/, "")}/${filePath}`;
  const escaped = path.replaceAll("\\", "/").split("/").map(encodeURIComponent).join("/").replace(/^\//, "");
  return safe(editor.replaceAll("{path}", escaped).replaceAll("{line}", String(lineNumber)));
}

/** Where a trace opens; undefined while nobody has told. */
export function traceLink({ traces }: Links, traceId: string): string | undefined {
  return traces === "" ? undefined : safe(traces.replaceAll("{traceId}", encodeURIComponent(traceId)));
}

/** The same by what this browser remembers. */
export function traceHref(traceId: string): string | undefined {
  return traceLink(chosen, traceId);
}

/** Remembers other links. */
export function chooseLinks(links: Links): void {
  chosen = links;
  try {
    window.localStorage.setItem(storageKey, JSON.stringify(links));
  } catch {
    // A browser that forbids storage forgets the choice; the page works all the same.
  }
  for (const listener of listeners) listener();
}

/** The links, for a component. */
export function useLinks(): Links {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => chosen,
  );
}

// Typed in by whoever looks, and still never a script.
function safe(address: string): string | undefined {
  try {
    return /^(javascript|data|vbscript):$/i.test(new URL(address).protocol) ? undefined : address;
  } catch {
    return undefined;
  }
}

function stored(): string | null {
  try {
    return window.localStorage.getItem(storageKey);
  } catch {
    // Also where there is no window: nothing is remembered there.
    return null;
  }
}

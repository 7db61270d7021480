import { useState, type ReactNode } from "react";
import { isNotSampled } from "../sentence.ts";
import { useHoldup } from "../store.ts";
import type { State } from "../state.ts";
import { chooseLinks, isAbsolute, siteLink, traceLink, useLinks, type Links } from "../links.ts";

const example = { filePath: "src/inventory.ts", lineNumber: 41 };

const folderHints = {
  unknown: "As this computer knows it. For paths that are relative to it.",
  relative: "As this computer knows it. Paths on this page are relative to it.",
  mixed: "As this computer knows it. Some paths on this page are relative to it.",
  absolute: "Not needed: the paths on this page are absolute.",
} as const;

/** Where a click on a line, or a trace if there are any, leads; kept in this browser only. */
export function LinkSettings({ traced = true }: { readonly traced?: boolean }): ReactNode {
  const links = useLinks();
  const [wrong, setWrong] = useState(false);
  const paths = useHoldup(pathsOf);
  const change = (part: Partial<Links>) => {
    const next = { ...links, ...part };
    chooseLinks(next);
    setWrong(next.traces !== "" && traceLink(next, "0") === undefined);
  };
  return (
    <div className="link-settings">
      <Field
        name="Folder of the source"
        hint={folderHints[paths]}
        placeholder="/home/me/shop"
        value={links.folder}
        onChange={(folder) => change({ folder })}
      />
      <Field
        name="Editor"
        hint="{path} and {line} are filled in."
        placeholder="vscode://file/{path}:{line}"
        value={links.editor}
        onChange={(editor) => change({ editor })}
      />
      {traced && (
        <Field
          name="Traces"
          hint="Of Jaeger, Tempo or another; {traceId} is filled in."
          placeholder="http://localhost:16686/trace/{traceId}"
          value={links.traces}
          onChange={(traces) => change({ traces })}
        />
      )}
      <p className="nothing">
        {wrong && <strong>That is no address of traces. </strong>}
        src/inventory.ts:41 opens as <code>{siteLink(links, example) ?? "nothing yet"}</code>. Kept in this
        browser only.
      </p>
    </div>
  );
}

// Of the lines that the ranking shows.
function pathsOf({ rows }: Pick<State, "rows">): keyof typeof folderHints {
  const sites = [...rows.values()].flatMap(({ holderSite, waiterSite }) => [holderSite, waiterSite]);
  const known = sites.filter((site) => site !== null && !isNotSampled(site));
  if (known.length === 0) return "unknown";
  const absolute = known.filter((site) => site !== null && isAbsolute(site.filePath)).length;
  if (absolute === 0) return "relative";
  return absolute === known.length ? "absolute" : "mixed";
}

interface FieldProps {
  readonly name: string;
  readonly hint: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Field({ name, hint, placeholder, value, onChange }: FieldProps): ReactNode {
  return (
    <label>
      <span>{name}</span>
      <input
        type="text"
        value={value}
        placeholder={placeholder}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      <span className="nothing">{hint}</span>
    </label>
  );
}

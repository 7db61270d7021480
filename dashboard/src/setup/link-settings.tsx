import { useState, type ReactNode } from "react";
import { chooseLinks, siteLink, traceLink, useLinks, type Links } from "../links.ts";

const example = { filePath: "src/inventory.ts", lineNumber: 41 };

/** Where a click on a line or a trace leads; kept in this browser only. */
export function LinkSettings(): ReactNode {
  const links = useLinks();
  const [wrong, setWrong] = useState(false);
  const change = (part: Partial<Links>) => {
    const next = { ...links, ...part };
    chooseLinks(next);
    setWrong(next.traces !== "" && traceLink(next, "0") === undefined);
  };
  return (
    <div className="link-settings">
      <Field
        name="Folder of the source"
        hint="As this computer knows it. Paths on this page are relative to it."
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
      <Field
        name="Traces"
        hint="Of Jaeger, Tempo or another; {traceId} is filled in."
        placeholder="http://localhost:16686/trace/{traceId}"
        value={links.traces}
        onChange={(traces) => change({ traces })}
      />
      <p className="nothing">
        {wrong && <strong>That is no address of traces. </strong>}
        src/inventory.ts:41 opens as <code>{siteLink(links, example) ?? "nothing yet"}</code>. Kept in this
        browser only.
      </p>
    </div>
  );
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

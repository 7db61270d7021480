import { useId, useState, type KeyboardEvent, type ReactNode } from "react";
import { CopyButton } from "../copy-button.tsx";
import { snippetsFor } from "./snippets.ts";

const snippets = snippetsFor(window.location.origin);

/** Three ways to get a program to tell, each to copy. */
export function SnippetTabs(): ReactNode {
  const id = useId();
  const [shown, setShown] = useState(0);
  const { note, code } = snippets[shown] ?? snippets[0];

  const move = (event: KeyboardEvent<HTMLElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = (shown + step + snippets.length) % snippets.length;
    setShown(next);
    event.currentTarget.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <div className="snippets">
      <div role="tablist" aria-label="Ways to start" onKeyDown={move}>
        {snippets.map(({ name }, index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-tab-${index}`}
            aria-controls={`${id}-panel`}
            aria-selected={index === shown}
            tabIndex={index === shown ? 0 : -1}
            onClick={() => setShown(index)}
          >
            {name}
          </button>
        ))}
      </div>
      <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-tab-${shown}`}>
        <div className="snippet">
          <pre>
            <code data-copied>{code}</code>
          </pre>
          <CopyButton text={code} what="snippet" />
        </div>
        <p>{note}</p>
      </div>
    </div>
  );
}

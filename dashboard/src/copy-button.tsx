import { useEffect, useState, type MouseEvent, type ReactNode } from "react";
import { copyText, thisPage } from "./copy-text.ts";
import { Icon } from "./icon.tsx";

const confirmedMs = 1500;
// Long enough to read what to press.
const selectedMs = 5000;

type Outcome = Awaited<ReturnType<typeof copyText>>;

const words: Readonly<Record<Outcome, string>> = {
  copied: "Copied",
  selected: "Selected: copy with Ctrl+C or ⌘C",
  failed: "Not allowed to copy here",
};

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, as in "Copy path". */
  readonly what: string;
  /** `-1` where another key leads here: in a table, only the selected row's buttons are tab stops. */
  readonly tabIndex?: number;
  /** A word beside the drawing. */
  readonly label?: string;
}

/**
 * Copies a text, and says so for a moment. Beside it, an element with `data-copied` shows the text: that
 * is selected where the clipboard can't be written.
 */
export function CopyButton({ text, what, tabIndex = 0, label: word }: CopyButtonProps): ReactNode {
  const [outcome, setOutcome] = useState<Outcome>();
  useEffect(() => {
    if (outcome === undefined) return undefined;
    const shownMs = outcome === "selected" ? selectedMs : confirmedMs;
    const timer = window.setTimeout(() => setOutcome(undefined), shownMs);
    return () => window.clearTimeout(timer);
  }, [outcome]);

  const copy = async (event: MouseEvent) => {
    event.stopPropagation();
    const shown = event.currentTarget.parentElement?.querySelector("[data-copied]") ?? null;
    setOutcome(await copyText(text, shown, thisPage));
  };
  const label = outcome === undefined ? `Copy ${what}` : words[outcome];
  return (
    <button
      type="button"
      className={word === undefined ? "copy" : "action"}
      tabIndex={tabIndex}
      aria-label={word === undefined ? label : undefined}
      title={label}
      onClick={(event) => void copy(event)}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <Icon name={outcome === "copied" ? "check" : "copy"} />
      {word !== undefined && <span>{outcome === undefined ? word : words[outcome]}</span>}
      {word === undefined && outcome === "selected" && <span className="copy-hint">{words.selected}</span>}
    </button>
  );
}

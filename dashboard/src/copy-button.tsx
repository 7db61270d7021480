import { useEffect, useState, type MouseEvent, type ReactNode } from "react";
import { Icon } from "./icon.tsx";

const confirmedMs = 1500;

interface CopyButtonProps {
  readonly text: string;
  /** What is copied, as in "Copy path". */
  readonly what: string;
  /** `-1` where another key leads here: in a table, only the selected row's buttons are tab stops. */
  readonly tabIndex?: number;
}

/** Copies a text, and says so for a moment. */
export function CopyButton({ text, what, tabIndex = 0 }: CopyButtonProps): ReactNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = window.setTimeout(() => setCopied(false), confirmedMs);
    return () => window.clearTimeout(timer);
  }, [copied]);

  const copy = async (event: MouseEvent) => {
    event.stopPropagation();
    setCopied(await writeClipboard(text));
  };
  const label = copied ? "Copied" : `Copy ${what}`;
  return (
    <button
      type="button"
      className="copy"
      tabIndex={tabIndex}
      aria-label={label}
      title={label}
      onClick={(event) => void copy(event)}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <Icon name={copied ? "check" : "copy"} />
    </button>
  );
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No permission, or a page from another host than localhost without TLS.
    return false;
  }
}

import { useState, type ReactNode } from "react";
import { copyText, thisPage } from "../copy-text.ts";
import { Icon } from "../icon.tsx";

const confirmedMs = 1500;

/** Copies the address of what is shown. */
export function CopyLink(): ReactNode {
  const [told, tell] = useState<string>();
  // Where a file lies on this computer leads nobody else to it.
  if (window.location.protocol === "file:") return null;
  const copy = async () => {
    const outcome = await copyText(window.location.href, null, thisPage);
    tell(outcome === "copied" ? "Copied" : "Copy it from the address bar");
    window.setTimeout(() => tell(undefined), confirmedMs);
  };
  return (
    <button
      type="button"
      className="action"
      onClick={() => void copy()}
      title="Copy a link to what is shown here"
    >
      <Icon name={told === "Copied" ? "check" : "link"} />
      <span className="action-word">{told ?? "Copy link"}</span>
    </button>
  );
}

import { Fragment, type ReactNode } from "react";

/** A sentence in which what stands between backticks is code. */
export function CodeText({ text }: { readonly text: string }): ReactNode {
  return text.split("`").map((part, index, parts) => {
    // A backtick without a partner is a backtick.
    const isCode = index % 2 === 1 && index < parts.length - 1;
    const lone = index % 2 === 1 && !isCode ? "`" : "";
    // The parts have no name of their own; their places in the sentence are fixed.
    return isCode ? <code key={index}>{part}</code> : <Fragment key={index}>{lone + part}</Fragment>;
  });
}

import type { Severity } from "@holdup/protocol";
import type { ReactNode } from "react";
import { Icon } from "../icon.tsx";

const words: Readonly<Record<Severity, string>> = { error: "Error", warning: "Warning", info: "Info" };

/** How bad it is: a shape, a colour and a word. */
export function SeverityMark({ severity }: { readonly severity: Severity }): ReactNode {
  return (
    <strong className="severity" data-severity={severity}>
      <Icon name={severity} />
      {words[severity]}
    </strong>
  );
}

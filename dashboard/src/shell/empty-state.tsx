import type { ReactNode } from "react";
import { Icon } from "../icon.tsx";
import { usePlace } from "../location.ts";
import { useHoldup } from "../store.ts";
import { SnippetTabs } from "./snippet-tabs.tsx";

/** Connected, but nobody has told anything yet: how to make a program tell. */
export function EmptyState(): ReactNode {
  const { service } = usePlace();
  return (
    <div className="empty">
      <h2>{service === undefined ? "No data yet" : "No data of this service"}</h2>
      <p>
        Listening on <code>{window.location.origin}</code>. Start a program with Holdup, and its locks show up
        here as soon as they are used.
      </p>
      <SnippetTabs />
      <Checks />
    </div>
  );
}

function Checks(): ReactNode {
  const connected = useHoldup((state) => state.connection.phase === "live");
  const accepted = useHoldup((state) => state.status?.requests.accepted ?? 0);
  const refused = useHoldup((state) =>
    Object.values(state.status?.requests.refused ?? {}).reduce((sum, count) => sum + count, 0),
  );
  return (
    <ul className="checks" aria-label="Troubleshooting">
      <Check done={connected} yes="This page is connected" no="This page isn't connected" />
      <Check
        done={accepted > 0}
        yes="Telemetry arrives, but no lock was used yet"
        no="No telemetry received yet"
      />
      {refused > 0 && <Check done={false} yes="" no={`${refused} requests were refused`} />}
    </ul>
  );
}

interface CheckProps {
  readonly done: boolean;
  readonly yes: string;
  readonly no: string;
}

function Check({ done, yes, no }: CheckProps): ReactNode {
  return (
    <li data-done={done}>
      <Icon name={done ? "check" : "clock"} />
      {done ? yes : no}
    </li>
  );
}

import type { ReactNode } from "react";
import { Icon } from "../icon.tsx";
import { useLive } from "../store.ts";

/** Whether the page hears of the collector, and the collector of programs: what to look at where nothing shows up. */
export function Checks(): ReactNode {
  const connected = useLive((state) => state.connection.phase === "live");
  const accepted = useLive((state) => state.status?.requests.accepted ?? 0);
  const used = useLive((state) => state.rows.size > 0);
  const refused = useLive((state) =>
    Object.values(state.status?.requests.refused ?? {}).reduce((sum, count) => sum + count, 0),
  );
  return (
    <ul className="checks" aria-label="Troubleshooting">
      <Check done={connected} yes="This page is connected" no="This page isn't connected" />
      <Check
        done={accepted > 0}
        yes={used ? "Telemetry arrives, and locks are used" : "Telemetry arrives, but no lock was used yet"}
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

import type { ReactNode } from "react";
import { countOf } from "../count.ts";
import { usePlace } from "../location.ts";
import { PlaceLink } from "../place-link.tsx";
import { useRecorded } from "../recorded/use-recorded.ts";
import { useLive } from "../store.ts";
import { absenceOf } from "./absence.ts";
import { Checks } from "./checks.tsx";
import { ServiceLinks } from "./service-links.tsx";
import { SnippetTabs } from "./snippet-tabs.tsx";

const none: readonly string[] = [];

/** Connected, but there is nothing to show: why, and what to do about it. */
export function EmptyState(): ReactNode {
  const { service } = usePlace();
  const known = useLive((state) => state.status?.services ?? none);
  if (useRecorded() !== undefined) return <NothingRecorded />;
  const absence = absenceOf(service, known);
  if (absence === "nothing") return <NothingYet />;
  if (absence === "stranger") return <Stranger service={service ?? ""} known={known} />;
  return <Quiet service={service} known={known} />;
}

function NothingRecorded(): ReactNode {
  return (
    <div className="empty">
      <h2>No lock was used</h2>
      <p>
        In the whole run nothing that Holdup knows was locked, queued for or taken from a pool. Where the
        processor's time went is in{" "}
        <PlaceLink className="link" to={{ view: "flamegraphs" }}>
          Flamegraphs
        </PlaceLink>
        .
      </p>
    </div>
  );
}

function NothingYet(): ReactNode {
  return (
    <div className="empty">
      <h2>No data yet</h2>
      <p>
        Listening on <code>{window.location.origin}</code>. Start a program with Holdup, and its locks show up
        here as soon as they are used.
      </p>
      <SnippetTabs />
      <Checks />
    </div>
  );
}

interface ServiceProps<Name> {
  readonly service: Name;
  readonly known: readonly string[];
}

function Stranger({ service, known }: ServiceProps<string>): ReactNode {
  return (
    <div className="empty">
      <h2>
        No data of “<bdi>{service}</bdi>”
      </h2>
      <p>
        No program of this name has told anything to <code>{window.location.host}</code>. It shows up here as
        soon as one does. There is data of:
      </p>
      <ServiceLinks services={known} />
    </div>
  );
}

function Quiet({ service, known }: ServiceProps<string | undefined>): ReactNode {
  const minutes = Math.round(useLive((state) => state.windowSeconds) / 60);
  return (
    <div className="empty">
      <h2>Quiet for {countOf(minutes, "minute")}</h2>
      <p>
        No lock of {service === undefined ? "any service" : <bdi>{service}</bdi>} was used in the last{" "}
        {countOf(minutes, "minute")}. The next one that is shows up here.
      </p>
      {service !== undefined && <ServiceLinks services={known.filter((name) => name !== service)} />}
    </div>
  );
}

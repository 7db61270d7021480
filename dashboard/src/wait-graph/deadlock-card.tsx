import { Fragment, type ReactNode } from "react";
import type { Site } from "@holdup/protocol";
import { CopyButton } from "../copy-button.tsx";
import { SiteLabel } from "../hot-spots/site-label.tsx";
import { Icon } from "../icon.tsx";
import { deadlockAdvice, deadlockReport, deadlockTitle, turns } from "./deadlock-text.ts";
import type { Deadlock } from "./deadlock.ts";

/** A deadlock as text: who holds what and waits for whom, from which lines, and how to fix it. */
export function DeadlockCard({ deadlock }: { readonly deadlock: Deadlock }): ReactNode {
  return (
    <section className="deadlock-card" aria-label="Deadlock">
      <header>
        <Icon name="error" />
        <h3>{deadlockTitle(deadlock)}</h3>
        <CopyButton text={deadlockReport(deadlock)} what="the deadlock as text" />
      </header>
      <ol>
        {turns(deadlock).map(({ step, holds, next }) => (
          <li key={step.task.id}>
            <p>
              <bdi className="deadlock-task">{step.task.name}</bdi> holds <bdi>{holds.primitive.name}</bdi>
              <Arrow /> waits for <bdi>{step.primitive.name}</bdi>
              <Arrow /> held by <bdi className="deadlock-task">{next}</bdi>
            </p>
            <dl>
              <Place word="took it at" site={holds.hold.site} />
              <Place word="waits at" site={step.wait.site} />
            </dl>
          </li>
        ))}
      </ol>
      <h4>How to fix</h4>
      <p>{deadlockAdvice(deadlock)}</p>
    </section>
  );
}

function Arrow(): ReactNode {
  return (
    <Fragment>
      {" "}
      <span aria-hidden="true">→</span>
      <span className="visually-hidden">and</span>
    </Fragment>
  );
}

interface PlaceProps {
  readonly word: string;
  readonly site: Site | null;
}

/** A line of the source, and what happened there. */
export function Place({ word, site }: PlaceProps): ReactNode {
  return (
    <>
      <dt>{word}</dt>
      <dd>
        {site === null ? <span className="nobody">not sampled</span> : <SiteLabel site={site} tabIndex={0} />}
      </dd>
    </>
  );
}

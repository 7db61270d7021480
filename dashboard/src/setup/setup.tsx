import type { ReactNode } from "react";
import { Checks } from "../shell/checks.tsx";
import { SnippetTabs } from "../shell/snippet-tabs.tsx";
import { CollectorFacts } from "./collector-facts.tsx";
import { LinkSettings } from "./link-settings.tsx";
import { WordList } from "./word-list.tsx";
import "../styles/setup.css";

/** How programs come here, whether they do, what the collector keeps and loses, and where lines and traces open. */
export function Setup(): ReactNode {
  return (
    <div className="setup">
      <section className="panel" aria-label="Connect a program">
        <h2>Connect a program</h2>
        <SnippetTabs />
        <Checks />
      </section>
      <section className="panel" aria-label="Collector">
        <h2>What arrives, what is kept, what is lost</h2>
        <CollectorFacts />
      </section>
      <section className="panel" aria-label="Links">
        <h2>Where lines and traces open</h2>
        <LinkSettings />
      </section>
      <section className="panel" aria-label="Words">
        <h2>Words of this page</h2>
        <WordList />
      </section>
    </div>
  );
}

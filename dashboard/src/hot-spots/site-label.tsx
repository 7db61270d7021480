import type { Site } from "@holdup/protocol";
import type { ReactNode } from "react";
import { CopyButton } from "../copy-button.tsx";
import { siteText } from "../sentence.ts";

interface SiteLabelProps {
  readonly site: Site;
  readonly tabIndex: number;
}

/** A place in the source: `src/inventory.ts:41`, the function beneath, and the path to copy. */
export function SiteLabel({ site, tabIndex }: SiteLabelProps): ReactNode {
  const text = siteText(site);
  const slash = site.filePath.lastIndexOf("/") + 1;
  return (
    <span className="site">
      <span className="site-text" title={`${text}\n${site.functionName}`}>
        <span className="site-path">
          {/* The file's name and line stay; a long folder gives way. */}
          {slash > 0 && <bdi className="site-folder">{site.filePath.slice(0, slash)}</bdi>}
          <bdi className="site-file">{`${site.filePath.slice(slash)}:${site.lineNumber}`}</bdi>
        </span>
        <bdi className="site-function">{site.functionName || "(anonymous)"}</bdi>
      </span>
      <CopyButton text={text} what={`path ${text}`} tabIndex={tabIndex} />
    </span>
  );
}

import type { Site } from "@holdup/protocol";
import type { ReactNode } from "react";
import { CopyButton } from "../copy-button.tsx";
import { Icon } from "../icon.tsx";
import { siteLink, useLinks } from "../links.ts";
import { isNotSampled, siteText } from "../sentence.ts";

interface SiteLabelProps {
  readonly site: Site;
  readonly tabIndex: number;
  /** Without its function, where that is told beside it. @default false */
  readonly bare?: boolean;
}

/** A place in the source: `src/inventory.ts:41`, the function beneath, and the path to copy or to open. */
export function SiteLabel({ site, tabIndex, bare = false }: SiteLabelProps): ReactNode {
  const href = siteLink(useLinks(), site);
  if (isNotSampled(site)) return <NotSampled />;

  const text = siteText(site);
  const slash = site.filePath.lastIndexOf("/") + 1;
  return (
    <span className="site" data-bare={bare}>
      <span className="site-text" title={`${text}\n${site.functionName}`}>
        {/* Cut at its beginning: the file's name and line stay, a long folder gives way. */}
        <span className="site-path">
          <bdi data-copied>
            <bdi className="site-folder">{site.filePath.slice(0, slash)}</bdi>
            <bdi className="site-file">{`${site.filePath.slice(slash)}:${site.lineNumber}`}</bdi>
          </bdi>
        </span>
        {!bare && <bdi className="site-function">{site.functionName || "(anonymous)"}</bdi>}
      </span>
      <span className="site-actions">
        {href !== undefined && (
          <a
            className="copy"
            href={href}
            tabIndex={tabIndex}
            aria-label={`Open ${text} in the editor`}
            title="Open in the editor"
            onClick={(event) => event.stopPropagation()}
          >
            <Icon name="open" />
          </a>
        )}
        <CopyButton text={text} what={`path ${text}`} tabIndex={tabIndex} />
      </span>
    </span>
  );
}

function NotSampled(): ReactNode {
  return (
    <span className="nobody" title="call sites are looked up within a budget per second; totals are exact">
      not sampled
    </span>
  );
}

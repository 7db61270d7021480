import type { ReactNode } from "react";
import { formatDuration } from "../duration.ts";
import { formatShare } from "../share.ts";

interface ShareBarProps {
  readonly blameSeconds: number;
  readonly share: number;
}

/** Waiting caused, and its share of all waiting as a number and a bar. */
export function ShareBar({ blameSeconds, share }: ShareBarProps): ReactNode {
  return (
    <span className="share">
      <span className="share-numbers">
        <strong>
          <data value={blameSeconds} title={`${blameSeconds} s`}>
            {formatDuration(blameSeconds)}
          </data>
        </strong>
        <span>{formatShare(share)}</span>
      </span>
      <svg className="share-bar" aria-hidden="true">
        <rect className="share-track" width="100%" height="100%" rx="2" />
        <rect className="share-fill" width={`${share * 100}%`} height="100%" rx="2" />
      </svg>
    </span>
  );
}

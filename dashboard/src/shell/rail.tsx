import type { ReactNode } from "react";
import { Icon } from "../icon.tsx";
import { usePlace } from "../location.ts";
import { PlaceLink } from "../place-link.tsx";
import { placeOf, viewOf, views } from "../views.ts";
import { FindingsCount } from "../findings/findings-count.tsx";

/** All views, and which one it is. */
export function Rail({ onHelp }: { readonly onHelp: () => void }): ReactNode {
  const here = viewOf(usePlace().view);
  return (
    <nav className="rail" aria-label="Views">
      <ul>
        {views.map((view) => (
          <li key={view.key}>
            <PlaceLink
              to={placeOf(view)}
              aria-current={view.key === here.key ? "page" : undefined}
              title={`${view.title} (g ${view.shortcut.slice(0, 1)})`}
            >
              <Icon name={view.icon} />
              <span className="rail-title">{view.title}</span>
              {view.key === "findings" && <FindingsCount />}
            </PlaceLink>
          </li>
        ))}
      </ul>
      <button type="button" className="rail-help" title="All keys (?)" onClick={onHelp}>
        <Icon name="help" />
        <span className="rail-title">Keys</span>
      </button>
    </nav>
  );
}

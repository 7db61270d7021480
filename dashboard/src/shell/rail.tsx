import type { ReactNode } from "react";
import { Icon } from "../icon.tsx";
import { usePlace } from "../location.ts";
import { PlaceLink } from "../place-link.tsx";
import { viewOf, views } from "../views.ts";
import { FindingsCount } from "../findings/findings-count.tsx";

/** All views, and which one it is. */
export function Rail({ onHelp }: { readonly onHelp: () => void }): ReactNode {
  const here = viewOf(usePlace().view);
  return (
    <nav className="rail" aria-label="Views">
      <ul>
        {views.map(({ key, path, title, icon, shortcut }) => (
          <li key={key}>
            <PlaceLink
              to={{ view: path }}
              aria-current={key === here.key ? "page" : undefined}
              title={`${title} (g ${shortcut.slice(0, 1)})`}
            >
              <Icon name={icon} />
              <span className="rail-title">{title}</span>
              {key === "findings" && <FindingsCount />}
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

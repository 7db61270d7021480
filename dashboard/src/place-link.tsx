import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { goTo, hrefOf, usePlace, type Place } from "./location.ts";

interface PlaceLinkProps extends Omit<ComponentProps<"a">, "href" | "onClick"> {
  /** What is different there. */
  readonly to: Partial<Place>;
}

/** A link to another place of this page: followed without a reload, opened in a new tab by the browser. */
export function PlaceLink({ to, children, ...rest }: PlaceLinkProps): ReactNode {
  // Where it leads depends on where the page is.
  usePlace();
  const follow = (event: MouseEvent) => {
    event.stopPropagation();
    // A new tab or window is the browser's business.
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    // After a click the page has the keys again. Enter leaves the focus where it is: a click without a pointer has no detail.
    if (event.detail > 0 && event.currentTarget instanceof HTMLElement) event.currentTarget.blur();
    goTo(to);
  };
  return (
    <a {...rest} href={hrefOf(to)} onClick={follow}>
      {children}
    </a>
  );
}

import { useLayoutEffect, useState, type RefObject } from "react";

/** The width of an element, in pixels; without bounds before it is on the page. */
export function useWidth(element: RefObject<Element | null>): number {
  const [width, setWidth] = useState(Infinity);
  useLayoutEffect(() => {
    if (element.current === null) return undefined;
    setWidth(element.current.clientWidth);
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? Infinity));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** The page's colours as a canvas needs them: computed, not as custom properties. */
export interface Ink {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly tooltip: string;
  readonly wait: string;
  readonly hold: string;
  /** Fills beneath the lines. */
  readonly waitFill: string;
  readonly holdFill: string;
  /** One for each slot of the stacked chart, then one for the others. */
  readonly slots: readonly string[];
  readonly font: string;
}

/** How many primitives have a colour of their own in the stacked chart. */
export const slotCount = 8;

/** Reads the colours of the theme in effect. */
export function readInk(): Ink {
  // A custom property's own value would still read light-dark(…); a colour set from it is computed.
  const probe = document.createElement("span");
  document.body.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(--${name})`;
    return window.getComputedStyle(probe).color;
  };
  const ink = {
    text: colour("text"),
    muted: colour("muted"),
    line: colour("line"),
    tooltip: colour("raised"),
    wait: colour("wait"),
    hold: colour("hold"),
    waitFill: colour("wait-fill"),
    holdFill: colour("hold-fill"),
    slots: [...Array.from({ length: slotCount }, (_, slot) => colour(`slot-${slot}`)), colour("slot-others")],
    font: window.getComputedStyle(document.body).fontFamily,
  };
  probe.remove();
  return ink;
}

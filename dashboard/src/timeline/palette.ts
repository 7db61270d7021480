/** The page's colours as the timeline's canvas needs them: computed, not as custom properties. */

const names = [
  "panel",
  "text",
  "muted",
  "line",
  "line-strong",
  "accent",
  "wait",
  "wait-fill",
  "hold",
  "bad",
  "warn",
] as const;

export type Palette = Readonly<Record<(typeof names)[number], string>> & { readonly font: string };

/** Reads the colours of the theme in effect. */
export function readPalette(): Palette {
  // A custom property's own value would still read light-dark(…); a colour set from it is computed.
  const probe = document.createElement("span");
  document.body.append(probe);
  const colours = names.map((name) => {
    probe.style.color = `var(--${name})`;
    return [name, window.getComputedStyle(probe).color] as const;
  });
  probe.remove();
  const font = window.getComputedStyle(document.body).fontFamily;
  return { ...(Object.fromEntries(colours) as Record<(typeof names)[number], string>), font };
}

/** Light, dark, or whatever the system says; remembered in this browser. */

import { useSyncExternalStore } from "react";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const storageKey = "holdup.theme";
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
const listeners = new Set<() => void>();
let chosen = storedTheme();

/** Puts the chosen theme on the page. */
export function applyTheme(): void {
  document.documentElement.dataset["theme"] = chosen;
}

/** Chooses a theme and remembers it. */
export function chooseTheme(theme: Theme): void {
  chosen = theme;
  try {
    window.localStorage.setItem(storageKey, theme);
  } catch {
    // A browser that forbids storage forgets the choice; the page works all the same.
  }
  applyTheme();
  for (const listener of listeners) listener();
}

/** The chosen theme. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => chosen);
}

/** The theme in effect, for what CSS can't reach. */
export function useEffectiveTheme(): "light" | "dark" {
  return useSyncExternalStore(subscribe, () => {
    if (chosen !== "system") return chosen;
    return systemDark.matches ? "dark" : "light";
  });
}

function storedTheme(): Theme {
  try {
    return themes.find((theme) => theme === window.localStorage.getItem(storageKey)) ?? "system";
  } catch {
    return "system";
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  systemDark.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    systemDark.removeEventListener("change", listener);
  };
}

import type { ReactNode } from "react";
import { Icon } from "../icon.tsx";
import { chooseTheme, themes, useTheme, type Theme } from "../theme.ts";

const looks = {
  system: { icon: "screen", name: "System theme" },
  light: { icon: "sun", name: "Light theme" },
  dark: { icon: "moon", name: "Dark theme" },
} as const satisfies Record<Theme, unknown>;

/** System, light or dark. */
export function ThemeToggle(): ReactNode {
  const chosen = useTheme();
  return (
    <fieldset className="theme-toggle">
      <legend className="visually-hidden">Theme</legend>
      {themes.map((theme) => (
        <label key={theme} title={looks[theme].name}>
          <input
            type="radio"
            name="theme"
            className="visually-hidden"
            checked={theme === chosen}
            onChange={() => chooseTheme(theme)}
          />
          <Icon name={looks[theme].icon} />
          <span className="visually-hidden">{looks[theme].name}</span>
        </label>
      ))}
    </fieldset>
  );
}

import { useEffect } from "react";
import { press, type Command } from "../keys.ts";
import { getPlace, goTo, isReport, moveTo } from "../location.ts";
import { earlier, later } from "../range.ts";
import { clockOffset } from "../state.ts";
import { useStore, type Store } from "../store.ts";
import { placeOf, views } from "../views.ts";

/** Listens to the keyboard for the whole page; `onHelp` shows or hides the list of keys. */
export function useCommands(onHelp: () => void): void {
  const store = useStore();
  useEffect(() => {
    let awaiting = false;
    const listen = (event: KeyboardEvent) => {
      // A dialog is left by its own Escape, and a view may have taken the key.
      if (event.defaultPrevented || document.querySelector("dialog[open]") !== null) return;
      const pressed = press(awaiting, {
        key: event.key,
        modified: event.ctrlKey || event.metaKey || event.altKey,
        typing: isField(event.target),
        onControl: isControl(event.target),
      });
      awaiting = pressed.awaiting;
      if (pressed.command === undefined || (isReport && choosesTime(pressed.command))) return;
      event.preventDefault();
      if (pressed.command.do === "help") onHelp();
      else follow(pressed.command, store);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [store, onHelp]);
}

/** Pauses now, or goes on. */
export function togglePause(store: Store): void {
  const paused = getPlace().pausedAt !== undefined;
  goTo({ pausedAt: paused ? undefined : presentOf(store) });
}

function follow(command: Command, store: Store): void {
  switch (command.do) {
    case "view": {
      const view = views.find(({ shortcut }) => shortcut.includes(command.letter));
      if (view !== undefined) goTo(placeOf(view));
      return;
    }
    case "find":
      document.querySelector<HTMLElement>("[data-find]")?.focus();
      return;
    case "pause":
      togglePause(store);
      return;
    case "earlier":
      goTo({ range: earlier(getPlace().range, presentOf(store)) });
      return;
    case "later":
      goTo({ range: later(getPlace().range, presentOf(store)) });
      return;
    default:
      goUp();
  }
}

// Space would scroll then, as in any page.
function choosesTime(command: Command): boolean {
  return command.do === "pause" || command.do === "earlier" || command.do === "later";
}

// One step at a time: out of a field, then of what was looked for, of a view, and of a stretch of time.
function goUp(): void {
  const { view, find, range } = getPlace();
  if (isField(document.activeElement)) (document.activeElement as HTMLElement).blur();
  else if (find !== "") moveTo({ find: "" });
  else if (view !== "") goTo({ view: "" });
  else if (range !== undefined) goTo({ range: undefined });
}

function presentOf(store: Store): number {
  const live = store.getLive();
  // Whole seconds: that is what is known.
  return Math.floor((Date.now() + clockOffset(live)) / 1000) * 1000;
}

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.matches("input:not([type=radio], [type=checkbox]), textarea, select")
  );
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("button, summary, input, [role=tab], [role=slider]");
}

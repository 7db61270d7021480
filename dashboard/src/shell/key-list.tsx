import { useEffect, useRef, type ReactNode } from "react";
import { Icon } from "../icon.tsx";
import { keyHelp, type KeyHelp } from "../keys.ts";
import { isReport } from "../location.ts";
import { views } from "../views.ts";

const all: readonly KeyHelp[] = [
  ...views.map(({ title, shortcut }) => ({ keys: ["g", shortcut.slice(0, 1)], does: title })),
  ...keyHelp.filter(({ ofTime }) => ofTime !== true || !isReport),
  { keys: ["↑", "↓"], does: "Row by row in a table; Enter opens the primitive" },
];

/** The list of all keys, before everything else. */
export function KeyList({ onClose }: { readonly onClose: () => void }): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} className="key-list" aria-labelledby="key-list-title" onClose={onClose}>
      <header>
        <h2 id="key-list-title">Keys</h2>
        <button type="button" className="copy" aria-label="Close" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
        </button>
      </header>
      <dl>
        {all.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}

import type { ReactNode } from "react";

/** A primitive's name as plain text, for titles and sentences; an empty one can still be talked about. */
export function nameText(name: string): string {
  return name.trim() === "" ? "(no name)" : name;
}

/** A primitive's name: foreign text of any length and direction, cut where its room ends. */
export function PrimitiveName({ name }: { readonly name: string }): ReactNode {
  const text = nameText(name);
  return (
    <bdi className="name" title={text}>
      {text}
    </bdi>
  );
}

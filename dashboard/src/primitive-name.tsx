import type { ReactNode } from "react";

/** A primitive's name as plain text, for titles and sentences; an empty one can still be talked about. */
export function nameText(name: string): string {
  return name.trim() === "" ? "(no name)" : name;
}

/** The name in full; one with a `*` in it was masked by its program and stands for several. */
export function nameTitle(name: string): string {
  const text = nameText(name);
  return text.includes("*") ? `${text}\nnames that tell one of many apart are shown together` : text;
}

/** A primitive's name: foreign text of any length and direction, cut where its room ends. */
export function PrimitiveName({ name }: { readonly name: string }): ReactNode {
  return (
    <bdi className="name" title={nameTitle(name)}>
      {nameText(name)}
    </bdi>
  );
}

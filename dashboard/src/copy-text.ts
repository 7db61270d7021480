/** Copying, or the next best thing. */

/** What copying needs of a page. */
export interface CopyingPage {
  /** Missing on a page from another host than localhost without TLS. */
  readonly clipboard: Pick<Clipboard, "writeText"> | undefined;
  select(node: Node): void;
}

/** Copies a text; where that isn't allowed, selects it where it is shown, and a key press copies it. */
export async function copyText(
  text: string,
  shown: Node | null,
  page: CopyingPage,
): Promise<"copied" | "selected" | "failed"> {
  try {
    if (page.clipboard !== undefined) {
      await page.clipboard.writeText(text);
      return "copied";
    }
  } catch {
    // No permission; the text can still be selected.
  }
  if (shown === null) return "failed";
  page.select(shown);
  return "selected";
}

/** This page. */
export const thisPage: CopyingPage = {
  get clipboard() {
    return navigator.clipboard as Clipboard | undefined;
  },
  select(node) {
    window.getSelection()?.selectAllChildren(node);
  },
};

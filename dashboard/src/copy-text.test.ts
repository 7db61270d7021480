import { expect, test } from "vitest";
import { copyText, type CopyingPage } from "./copy-text.ts";

const shown = {} as Node;

test("a text is copied where the clipboard may be written", async () => {
  const page = new Page({ writeText: () => Promise.resolve() });

  expect(await copyText("a.ts:1", shown, page)).toBe("copied");
  expect(page.selected).toBeUndefined();
});

test("where there is no clipboard, the shown text is selected", async () => {
  const page = new Page(undefined);

  expect(await copyText("a.ts:1", shown, page)).toBe("selected");
  expect(page.selected).toBe(shown);
});

test("where writing is forbidden, too", async () => {
  const page = new Page({ writeText: () => Promise.reject(new Error("denied")) });

  expect(await copyText("a.ts:1", shown, page)).toBe("selected");
});

test("what isn't shown can't be selected", async () => {
  expect(await copyText("a.ts:1", null, new Page(undefined))).toBe("failed");
});

class Page implements CopyingPage {
  readonly clipboard: CopyingPage["clipboard"];
  selected: Node | undefined;

  constructor(clipboard: CopyingPage["clipboard"]) {
    this.clipboard = clipboard;
  }

  select(node: Node): void {
    this.selected = node;
  }
}

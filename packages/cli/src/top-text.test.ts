import fc from "fast-check";
import { expect, test } from "vitest";
import { cut, cutPath, cutStart, harmless, padEnd, padStart, widthOf, wrap } from "./top-text.ts";

test("control characters and escape sequences are shown and not obeyed", () => {
  expect(harmless("\u001B[31mred\u001B[2J\r\n\u0007")).toBe("␛[31mred␛[2J␍␊␇");
  expect(harmless("\u009B31m\u007F")).toBe("�31m␡");
  expect(harmless("\u202Egnp.exe\u2066\u200B\u2028")).toBe("�gnp.exe���");
  expect(harmless("half \uD83D")).toBe("half �");
});

test("no text of any kind leaves a character that a terminal obeys", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
      expect(harmless(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
  );
});

test("a text of 10 kB, or a thousand accents on one letter, is bounded", () => {
  expect(harmless("x".repeat(10_000))).toHaveLength(1000);
  expect(harmless(`a${"\u0301".repeat(900)}`)).toBe("a\u0301\u0301");
});

test("Chinese, Japanese, Korean and emoji are two columns wide, accents none", () => {
  expect(widthOf("在庫")).toBe(4);
  expect(widthOf("재고")).toBe(4);
  expect(widthOf("ＡＢ")).toBe(4);
  expect(widthOf("ｶﾅ")).toBe(2);
  expect(widthOf("🔒")).toBe(2);
  expect(widthOf("e\u0301")).toBe(1);
  expect(widthOf("Ж→█▏…")).toBe(5);
});

test("what is cut or padded takes its width exactly, and never half a character", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0, max: 30 }), (foreign, width) => {
      const text = harmless(foreign);
      expect(widthOf(cut(text, width))).toBeLessThanOrEqual(width);
      expect(widthOf(cutStart(text, width))).toBeLessThanOrEqual(width);
      expect(widthOf(cutPath(text, width))).toBeLessThanOrEqual(width);
      expect(widthOf(padEnd(text, width))).toBe(width);
      expect(widthOf(padStart(text, width))).toBe(width);
      for (const line of wrap(text, width)) expect(widthOf(line)).toBeLessThanOrEqual(width);
    }),
  );
});

test("of a path whole folders leave first", () => {
  expect(cutPath("examples/checkout/src/inventory.ts:46", 24)).toBe("…/src/inventory.ts:46");
  expect(cutPath("examples/checkout/src/inventory.ts:46", 12)).toBe("…ntory.ts:46");
});

test("words are kept whole where they fit", () => {
  expect(wrap("a lock that waits", 8)).toEqual(["a lock", "that", "waits"]);
  expect(wrap("incomprehensibilities", 8)).toEqual(["incompr…"]);
});

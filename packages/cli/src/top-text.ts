/** Text from observed programs, made fit for a terminal: harmless, and as wide as its room. */

// What is cut anyway need not be looked at.
const longestText = 1000;

/**
 * Foreign text that can do nothing but be read: control characters are shown as pictures of themselves,
 * invisible ones as `�`, so that no name moves the cursor, changes a colour or turns the line around.
 */
export function harmless(text: string): string {
  return text
    .slice(0, longestText)
    .replaceAll(/\p{Cc}/gu, picture)
    .replaceAll(/[\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, "�")
    .replaceAll(/\p{Zs}/gu, " ")
    .replaceAll(/[\uFE00-\uFE0F]/gu, "")
    .replaceAll(/(\p{M}{2})\p{M}+/gu, "$1");
}

// ESC is U+001B and its picture ␛ U+241B; DEL's stands apart, and the others have none.
function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x24_00 + code);
  return code === 0x7f ? "␡" : "�";
}

const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\p{Script=Tangut}\p{Emoji_Presentation}\u3000-\u303E\u30FB\u30FC\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]$/u;
const halfWidth = /^[\uFF61-\uFFDC]$/u;
const mark = /^\p{M}$/u;

/** How many columns of a terminal harmless text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += widthOfCharacter(character);
  return width;
}

function widthOfCharacter(character: string): number {
  if (character < "\u0300") return 1;
  if (mark.test(character)) return 0;
  return wide.test(character) && !halfWidth.test(character) ? 2 : 1;
}

/** The text within `width` columns; an ellipsis stands for what its end has lost. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width < 1 ? "" : `${start(Array.from(text), width - 1).join("")}…`;
}

/** The same, but what is lost is the start: the end of a path says more. */
export function cutStart(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return "";
  const kept = start(Array.from(text).toReversed(), width - 1);
  return `…${kept.toReversed().join("")}`;
}

function start(characters: readonly string[], width: number): string[] {
  let left = width;
  let end = 0;
  for (; end < characters.length; end++) {
    left -= widthOfCharacter(characters[end] ?? "");
    if (left < 0) break;
  }
  return characters.slice(0, end);
}

/** The text in exactly `width` columns, at their left. */
export function padEnd(text: string, width: number): string {
  const fitting = cut(text, width);
  return fitting + " ".repeat(Math.max(0, width - widthOf(fitting)));
}

/** The text in exactly `width` columns, at their right. */
export function padStart(text: string, width: number): string {
  const fitting = cut(text, width);
  return " ".repeat(Math.max(0, width - widthOf(fitting))) + fitting;
}

/** The text in lines of at most `width` columns, broken between words where they fit. */
export function wrap(text: string, width: number): string[] {
  return wrapParts(
    text.split(" ").filter((part) => part !== ""),
    " ",
    width,
  );
}

/** Parts in lines of at most `width` columns; none is broken, unless it fits no line. */
export function wrapParts(parts: readonly string[], separator: string, width: number): string[] {
  const lines: string[] = [];
  for (const part of parts) {
    const longer = `${lines.at(-1) ?? ""}${separator}${part}`;
    if (lines.length > 0 && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(cut(part, width));
  }
  return lines;
}

/** A path within `width` columns: whole folders leave first. */
export function cutPath(path: string, width: number): string {
  if (widthOf(path) <= width) return path;
  const folders = path.split("/");
  for (let left = 1; left < folders.length; left++) {
    const shorter = `…/${folders.slice(left).join("/")}`;
    if (widthOf(shorter) <= width) return shorter;
  }
  return cutStart(path, width);
}

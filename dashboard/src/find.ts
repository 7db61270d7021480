/** What is looked for, in words: all of them have to be there. */

/** The texts that a word may be in. */
export interface Findable {
  readonly name: string;
  readonly kind: string;
  readonly service: string;
  /** Places in the source. */
  readonly site: string;
}

const fields = ["name", "kind", "service", "site"] as const;

/**
 * What tells whether something is looked for: `lock inventory` (both words, anywhere), `kind:lock`, `site:orders.ts`,
 * `-payments` (not this one). Case doesn't matter.
 */
export function matcher(find: string): (thing: Findable) => boolean {
  const tests = find
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(testOf);
  return (thing) => tests.every((test) => test(thing));
}

function testOf(word: string): (thing: Findable) => boolean {
  const without = word.startsWith("-") && word.length > 1;
  const asked = (without ? word.slice(1) : word).toLowerCase();
  const colon = asked.indexOf(":");
  const field = fields.find((name) => name === asked.slice(0, Math.max(0, colon)));
  const text = field === undefined ? asked : asked.slice(colon + 1);
  const looked = field === undefined ? fields : [field];
  return (thing) => looked.some((name) => thing[name].toLowerCase().includes(text)) !== without;
}

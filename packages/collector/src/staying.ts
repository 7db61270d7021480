/**
 * Objects that stay as long as the process. V8 forgets the layout of objects of which it finds none at a collection,
 * and with it what it compiled for them: a collector that has nothing to do for a moment would be slow after it.
 */
const staying: object[] = [];

/** Has one of a kind stay. */
export function stays(one: object): void {
  staying.push(one);
}

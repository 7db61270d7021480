const kept: object[] = [];

/**
 * Keeps an object of a class for as long as the process runs. V8 forgets how the objects of a class are laid out when a
 * garbage collection finds none of them, and throws away with it all code that was compiled for them: a collector that has
 * nothing to do for a moment would be slow after it. The primitives keep theirs in the same way; the two never meet.
 */
export function keepShape(example: object): void {
  kept.push(example);
}

const kept: object[] = [];

/**
 * Keeps an object of a class for as long as the program runs. V8 forgets how the objects of a class are laid out when a
 * garbage collection finds none of them, and throws away with it all code that was compiled for them: where somebody waits
 * only now and then, it would be compiled anew each time.
 *
 * @param example laid out as the others will be: with a double where they have one
 */
export function keepShape(example: object): void {
  kept.push(example);
}

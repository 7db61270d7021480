// What Node alone can't read: an enum. Transformed while it is loaded, or compiled, its functions are where they are written here.
enum Length {
  Short = 100,
}

interface Wanted {
  readonly ms: Length;
}

function computeHere({ ms }: Wanted): number {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) sum += Math.sqrt(sum + 1);
  return sum;
}

computeHere({ ms: Length.Short });

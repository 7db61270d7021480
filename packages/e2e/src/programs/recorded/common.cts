// CommonJS, and TypeScript.
async function main(): Promise<void> {
  const { busy } = await import("./busy.ts");
  await busy("common", 50);
  computeHere(100);
}

function computeHere(ms: number): number {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) sum += Math.sqrt(sum + 1);
  return sum;
}

void main();

// No TypeScript, and no primitive.
function computeHere(ms) {
  const end = performance.now() + ms;
  let sum = 0;
  while (performance.now() < end) sum += Math.sqrt(sum + 1);
  return sum;
}

computeHere(100);

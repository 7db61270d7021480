/**
 * 15.9.1 A generator makes nothing that is not asked for, and is closed by leaving the loop; CPython
 * does that for certain only with `aclosing`. Two next() at once form a line; CPython refuses the second.
 */
import { gather, run, sleep } from "@holdup/primitives";

const made: number[] = [];

async function* numbers(count: number) {
  try {
    for (let i = 0; i < count; i++) {
      await sleep(1);
      made.push(i);
      yield i;
    }
  } finally {
    console.log(`Generator closed; made ${made.join(", ")}`);
  }
}

async function main() {
  for await (const number of numbers(10)) {
    if (number === 3) break;
  }
  console.log(`Stopped after 3, made ${made.length} of 10`);

  const generator = numbers(3);
  const both = await gather([() => generator.next(), () => generator.next()]);
  console.log(`Two next() at once: ${both.map(({ value }) => value).join(", ")}`);
}

await run(main);

// A program that knows nothing of Holdup: its lock is a library's.
import { Mutex } from "async-mutex";

const ledger = new Mutex();
const book = (): Promise<void> => ledger.runExclusive(() => new Promise((resolve) => setTimeout(resolve, 5)));

await Promise.all([book(), book(), book(), book()]);
console.log(`HOLDUP_INSTRUMENTATIONS is ${process.env["HOLDUP_INSTRUMENTATIONS"]}`);

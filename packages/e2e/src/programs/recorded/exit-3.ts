import { busy } from "./busy.ts";

await busy("exit-3", 100);
process.exit(3);

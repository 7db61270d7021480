import { busy } from "./busy.ts";

await busy("crash", 100);
throw new Error("planned");

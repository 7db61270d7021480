// limited.ts in two processes that are told nothing but the environment.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("limited.ts", import.meta.url));
for (let left = 2; left > 0; left--) spawn(process.execPath, [program], { stdio: "inherit" });

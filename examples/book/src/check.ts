/** Runs every program of the book and says which do what they should: `pnpm book`. */
import process from "node:process";
import { checkPrograms, programNames } from "./programs.ts";

let failed = 0;
const complaints = checkPrograms(programNames());
for (const [name, pending] of complaints) {
  const complaint = await pending;
  if (complaint !== "") failed += 1;
  console.log(
    complaint === "" ? `ok      ${name}` : `FAILED  ${name}\n${complaint.replaceAll(/^/gmu, "        ")}`,
  );
}
console.log(`${complaints.size - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

import { fileURLToPath } from "node:url";

/** The page of a report, into which a recording is put: the dashboard's in one file, built beside it. */
export const reportPagePath: string = fileURLToPath(new URL("../report/report.html", import.meta.url));

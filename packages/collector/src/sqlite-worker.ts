/** The thread in which a SQLite store's file is read and written. Does what it is asked in the order of asking. */

import { parentPort, workerData } from "node:worker_threads";
import { SqliteHistory, type HistoryOptions } from "./sqlite-history.ts";
import type { Answer, Question } from "./sqlite-thread.ts";

const port = parentPort;
if (port !== null) {
  const open = (): SqliteHistory => (history ??= new SqliteHistory(workerData as HistoryOptions));
  let history: SqliteHistory | undefined;

  port.on("message", ({ id, method, argument }: Question) => {
    let answer: Answer;
    try {
      answer = { id, result: open()[method](argument as never) };
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      answer = { id, failure: { message, code } };
    }
    port.postMessage(answer);
    if (method === "close") port.close();
  });
}

/**
 * 15.4.1 The connection when things go wrong. The block fails or is cancelled: it is closed, and the error
 * passes. Connecting fails: there is nothing to close.
 */
import { Event, resource, run, sleep, spawn } from "@holdup/primitives";
import { connect, findDatabase, nowhere } from "./connection.ts";

function database(dsn: string) {
  return resource(
    async () => {
      const connection = await connect(dsn);
      console.log("Connection opened.");
      return connection;
    },
    async (connection) => {
      await connection.close();
      console.log("Connection closed.");
    },
    "database",
  );
}

async function report(what: string, block: () => PromiseLike<void>) {
  console.log(`-- ${what}`);
  try {
    await block();
  } catch (error) {
    const { name, code, message } = error as Error & { code?: string };
    console.log(`What passes: ${name} ${code ?? ""} ${message}`);
  }
}

async function main() {
  const dsn = await findDatabase();
  const open = database(dsn);
  const openNowhere = database(nowhere(dsn));

  await report("the block fails", async () => {
    await using connection = await open();
    await connection.value.query("BROKEN SQL");
  });
  await report("connecting fails", async () => {
    await using _connection = await openNowhere();
    console.log("This line is never reached.");
  });
  await report("the block is cancelled", async () => {
    const opened = new Event("opened");
    const task = spawn(async () => {
      await using _connection = await open();
      opened.set();
      await sleep(10_000);
    });
    await opened.wait();
    task.cancel();
    await task;
  });
}

await run(main);

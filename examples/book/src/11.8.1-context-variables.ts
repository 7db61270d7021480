/** 11.8.1 Context variables: what one task sets, the task beside it does not see. */
import { ContextValueError, ContextVar, gather, run, sleep } from "@holdup/primitives";

const user = new ContextVar<string>("user");

async function setUser(name: string) {
  const token = user.set(name);
  await sleep(100);
  console.log(`Current user: ${user.get()}`);
  user.reset(token);
}

async function getUser() {
  await sleep(200);
  console.log(`User found: ${currentUser()}`);
}

function currentUser(): string {
  try {
    return user.get();
  } catch (error) {
    if (error instanceof ContextValueError) return "unknown user";
    throw error;
  }
}

async function main() {
  await gather([() => setUser("Alice"), getUser]);
}

await run(main);

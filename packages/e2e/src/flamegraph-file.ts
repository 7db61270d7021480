/** Where `pnpm flame` leaves its result, from the root of the repository. */
export const flamegraphFile = "profiles/flamegraph.html";

import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { ProfileShelf } from "./profile-shelf.ts";
import { ObservedProgram, siteAt } from "./testing/observed-program.ts";
import { send, startOfTime, startWorld, type World } from "./testing/world.ts";

const cpuprofile = JSON.stringify({ nodes: [], startTime: 0, endTime: 1, samples: [], timeDeltas: [] });

function upload(world: World, query: string, body: string | Uint8Array, headers = {}) {
  return send(`${world.collector.url}/api/profiles${query}`, { method: "POST", headers, body });
}

/** A folder that is gone at the end of the block. */
function scratch(): { path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "holdup-profiles-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

test("a profile that was sent is listed, and read as it was sent", async () => {
  await using world = await startWorld();

  const kept = await upload(world, "?name=main%20thread&service=shop", cpuprofile);

  const { id } = kept.json;
  const item = {
    id,
    kind: "cpuprofile",
    name: "main thread",
    service: "shop",
    receivedAt: startOfTime,
    sizeBytes: cpuprofile.length,
  };
  expect(kept).toMatchObject({ status: 201, json: item });
  expect((await world.get("/api/profiles?service=shop")).json).toEqual({
    items: [expect.objectContaining({ id: "waits", kind: "waits" }), item],
    next: null,
  });
  expect((await world.get("/api/profiles?service=other")).json.items).toHaveLength(1);
  const read = await world.get(`/api/profiles/${id}`);
  expect(read).toMatchObject({ status: 200, headers: { "content-disposition": "attachment" } });
  expect(read.body.toString()).toBe(cpuprofile);
});

test.each([
  ["recording", JSON.stringify({ format: "holdup-recording", version: 1 })],
  ["trace", JSON.stringify({ traceEvents: [] })],
  ["folded", "main;serve 12\nmain;serve;sign 3\n"],
])("a %s is known by its content, compressed or not", async (kind, body) => {
  await using world = await startWorld();

  expect((await upload(world, "", body)).json).toMatchObject({ kind, name: "profile", service: null });
  const headers = { "Content-Encoding": "gzip" };
  expect((await upload(world, "", gzipSync(body), headers)).json).toMatchObject({
    kind,
    sizeBytes: body.length,
  });
});

test.each([
  ["", "just text", 400, /neither JSON nor folded stacks/],
  ["", "", 400, /neither JSON nor folded stacks/],
  ["", '{"hello":1}', 400, /no recording of Holdup's/],
  ["", "{", 400, /can't be read/],
  ["", "[".repeat(100), 400, /nested too deep/],
  ["?title=x", cpuprofile, 400, /title is unknown; known are name, service/],
  [`?name=${"x".repeat(201)}`, cpuprofile, 400, /longer than 200/],
])("what is no profile is refused in a sentence: %s %s", async (query, body, status, sentence) => {
  await using world = await startWorld();

  const answer = await upload(world, query, body);

  expect(answer.status).toBe(status);
  expect(answer.json.error.message).toMatch(sentence);
  expect((await world.get("/api/profiles")).json.items).toHaveLength(1);
});

test("one that is too large, or compressed in another way, is refused", async () => {
  await using world = await startWorld({ maxBodyBytes: 1000 });

  expect((await upload(world, "", "a;b 1\n".repeat(1000))).status).toBe(413);
  expect(
    (await upload(world, "", gzipSync("a;b 1\n".repeat(1000)), { "Content-Encoding": "gzip" })).status,
  ).toBe(413);
  expect((await upload(world, "", cpuprofile, { "Content-Encoding": "br" })).status).toBe(415);
});

test("a page of another site can't send one; where a token is asked for, nobody can without it", async () => {
  const token = "a-token-of-some-length";
  await using world = await startWorld({ token });
  const bearer = { Authorization: `Bearer ${token}` };

  expect((await upload(world, "", cpuprofile)).status).toBe(401);
  expect((await upload(world, "", cpuprofile, { ...bearer, Origin: "https://evil.example" })).status).toBe(
    403,
  );
  expect((await upload(world, "", cpuprofile, bearer)).status).toBe(201);
});

test("the waits of the metrics are a profile: pairs of sites, primitive by primitive", async () => {
  await using world = await startWorld();
  const program = new ObservedProgram("shop", startOfTime)
    .wait([2, 1], { site: siteAt(7) })
    .hold([3], { site: siteAt(9) })
    .blame(3, { site: siteAt(7), holder: siteAt(9) });
  await world.post("metrics", program.metrics());

  const { json } = await world.get(`/api/profiles/waits?service=shop&from=${startOfTime - 60_000}`);

  expect(json.items).toEqual([
    expect.objectContaining({
      service: "shop",
      waiterSite: expect.objectContaining({ lineNumber: 7 }),
      holderSite: expect.objectContaining({ lineNumber: 9 }),
      blameSeconds: 3,
    }),
  ]);
  expect((await world.get("/api/profiles/waits?service=other")).json.items).toEqual([]);
});

test("one that is not there is not found, whatever it is called", async () => {
  await using world = await startWorld();
  for (const id of ["nothing", "__proto__", "..%2F..%2Fetc%2Fpasswd"]) {
    expect((await world.get(`/api/profiles/${id}`)).status).toBe(404);
  }
});

test("the oldest give way when there are too many or they are too large, and that is counted", async () => {
  const shelf = new ProfileShelf({ maxBytes: 10, maxProfiles: 3 });
  const facts = { kind: "folded", name: "a", service: null } as const;

  for (let i = 0; i < 5; i++) await shelf.keep({ ...facts, receivedAt: i }, new Uint8Array(2));
  expect(shelf.list().map(({ receivedAt }) => receivedAt)).toEqual([4, 3, 2]);
  await shelf.keep({ ...facts, receivedAt: 5 }, new Uint8Array(9));
  expect(shelf.list().map(({ receivedAt }) => receivedAt)).toEqual([5]);
  expect(shelf.dropped).toBe(5);
});

test("in a folder they outlive the collector; a damaged file is passed over", async () => {
  using folder = scratch();
  const facts = { kind: "folded", name: "a", service: "shop", receivedAt: 1 } as const;
  const body = new TextEncoder().encode("a;b 1\n");
  const { id } = await new ProfileShelf({ folder: folder.path }).keep(facts, body);
  writeFileSync(join(folder.path, "x.facts.json"), "{");

  const shelf = new ProfileShelf({ folder: folder.path, maxProfiles: 1 });

  expect(shelf.list()).toEqual([{ ...facts, id, sizeBytes: body.length }]);
  expect(Buffer.from((await shelf.read(id))?.body ?? []).toString()).toBe("a;b 1\n");
  await shelf.keep({ ...facts, receivedAt: 2 }, body);
  expect(readdirSync(folder.path).filter((name) => name.startsWith(id))).toEqual([]);
});

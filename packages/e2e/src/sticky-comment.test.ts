import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readProfileArtifact } from "./profile-artifact.ts";
import { commentBody, commentMark, stickyComment, type CommentTarget } from "./sticky-comment.ts";

interface Comment {
  id: number;
  body: string;
  user: { type: string };
}

/** A server that keeps the comments of one pull request, like GitHub. */
async function github(comments: Comment[]): Promise<CommentTarget> {
  const server = createServer((request, response) => {
    void (async () => {
      let text = "";
      for await (const chunk of request) text += String(chunk);
      const url = new URL(request.url ?? "", "http://github");
      let answer: unknown;
      if (request.method === "GET") {
        const page = Number(url.searchParams.get("page"));
        answer = comments.slice((page - 1) * 100, page * 100);
      } else {
        const { body } = JSON.parse(text) as { body: string };
        const id = Number(/comments\/(\d+)$/.exec(url.pathname)?.[1]);
        const known = comments.find((comment) => comment.id === id);
        if (known === undefined) comments.push({ id: comments.length + 1, body, user: { type: "Bot" } });
        else known.body = body;
        answer = {};
      }
      response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { api: `http://127.0.0.1:${port}`, repository: "shop/checkout", token: "secret" };
}

test("a result becomes one comment, and the next one changes it, although people quote it", async () => {
  const comments = Array.from({ length: 120 }, (_, i) => ({
    id: i + 1,
    body: i === 3 ? `${commentMark} said the bot` : "hi",
    user: { type: "User" },
  }));
  const target = await github(comments);

  await stickyComment(target, 7, "first", "https://example/1");
  await stickyComment(target, 7, "second", "https://example/2");

  const own = comments.filter(({ user }) => user.type === "Bot");
  expect(own).toHaveLength(1);
  expect(own[0]?.body).toBe(`${commentMark}\nsecond\n\n[All of it, with flamegraphs](https://example/2)\n`);
  expect(comments[3]?.body).toContain("said the bot");
});

test("a comment that is too long is cut at the end of a line, and keeps its link", () => {
  const body = commentBody(`<details>\n${"a line\n".repeat(20_000)}</details>`, "https://example/1");

  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(body).toMatch(/a line\n\n<\/details>\n\nThe rest did not fit\.\n\n\[All of it/);
});

const sha = "a".repeat(40);

function artifact(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "holdup-artifact-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test("what the pull request's job left is read as text that anyone may have written", () => {
  const folder = artifact({
    "pull-request.json": JSON.stringify({ number: 7, sha }),
    "summary.md":
      "<script>x</script> <img src=x> [click](https://evil.example) ![p](http://evil.example) @maintainer <details><summary>s</summary></details>",
  });

  expect(readProfileArtifact(folder, sha)).toEqual({
    pullRequest: 7,
    summary:
      "&lt;script>x&lt;/script> &lt;img src=x> [click] evil.example) ![p] evil.example) @\u200Bmaintainer <details><summary>s</summary></details>",
  });
});

test("an artifact of another form, another commit, or too large, is refused", () => {
  const read = (request: unknown, summary = "fine") =>
    readProfileArtifact(
      artifact({ "pull-request.json": JSON.stringify(request), "summary.md": summary }),
      sha,
    );

  expect(() => read({ number: "7; rm", sha })).toThrow("has no number of a pull request");
  expect(() => read({ number: 7, sha: "b".repeat(40) })).toThrow("is about another commit");
  expect(() => read(null)).toThrow("is no object");
  expect(() => read({ number: 7, sha }, "a".repeat(2 ** 20 + 1))).toThrow("are the most");
});

test("a link in an artifact is not followed", () => {
  const folder = artifact({ "pull-request.json": JSON.stringify({ number: 7, sha }) });
  mkdirSync(join(folder, "elsewhere"));
  writeFileSync(join(folder, "elsewhere/secret"), "secret");
  symlinkSync(join(folder, "elsewhere/secret"), join(folder, "summary.md"));

  expect(() => readProfileArtifact(folder, sha)).toThrow("is no file");
});

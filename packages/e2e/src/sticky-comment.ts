/** The sign by which the comment is found again. */
export const commentMark = "<!-- holdup:profile -->";

/** GitHub takes no longer comment. */
const mostCharacters = 65_536;

/** Where a comment is written. */
export interface CommentTarget {
  /** `https://api.github.com`, or a server that speaks like it. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
}

interface Comment {
  readonly id: number;
  readonly body?: string;
  readonly user?: { readonly type: string } | null;
}

/**
 * Writes a comment to a pull request, or changes the one that it wrote before.
 *
 * @throws Error if GitHub refuses
 */
export async function stickyComment(
  target: CommentTarget,
  pullRequest: number,
  markdown: string,
  link: string,
): Promise<void> {
  const comments = `/repos/${target.repository}/issues`;
  const known = await ownComment(target, `${comments}/${pullRequest}/comments`);
  const body = commentBody(markdown, link);
  if (known === undefined) await call(target, "POST", `${comments}/${pullRequest}/comments`, { body });
  else await call(target, "PATCH", `${comments}/comments/${known.id}`, { body });
}

/** What does not fit is cut at the end of a line. */
export function commentBody(markdown: string, link: string): string {
  const end = `\n\n[All of it, with flamegraphs](${link})\n`;
  const room = mostCharacters - commentMark.length - end.length - 100;
  if (markdown.length <= room) return `${commentMark}\n${markdown}${end}`;
  const cut = markdown.slice(0, markdown.lastIndexOf("\n", room));
  // A block that was cut open would swallow the link.
  const open = cut.split("<details>").length - cut.split("</details>").length;
  return `${commentMark}\n${cut}\n\n${"</details>".repeat(Math.max(0, open))}\n\nThe rest did not fit.${end}`;
}

// One of ours: people may quote the mark.
async function ownComment(target: CommentTarget, path: string): Promise<Comment | undefined> {
  for (let page = 1; page <= 50; page++) {
    const list = (await call(target, "GET", `${path}?per_page=100&page=${page}`)) as Comment[];
    const own = list.find(({ body, user }) => user?.type === "Bot" && body?.startsWith(commentMark) === true);
    if (own !== undefined || list.length < 100) return own;
  }
  return undefined;
}

async function call(target: CommentTarget, method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${target.api}${path}`, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${target.token}`,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

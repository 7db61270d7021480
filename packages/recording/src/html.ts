/** Text as it stands in a page, whatever is in it. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Data for a script of a page to read, under an id. */
export function dataScript(id: string, data: unknown): string {
  // A `</script>` in a name would end it.
  const json = JSON.stringify(data).replaceAll("<", String.raw`\u003c`);
  return `<script type="application/json" id="${id}">${json}</script>`;
}

/** A table, with its heading for those who don't see it. Cells are HTML. */
export function table(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  if (rows.length === 0) return `<p>${caption}: none.</p>`;
  const heads = head.map((cell) => `<th scope="col">${cell}</th>`).join("");
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("\n");
  return `<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table><caption>${caption}</caption><thead><tr>${heads}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** A whole page that needs nothing from anywhere. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
<script>${zoom}</script>
</body>
</html>
`;
}

const style = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --ground: #fff; --bar: #f3c677; --dependency: #c9d3df; --worse: #f08a80; --better: #8ab8f0; --same: #d9dde2; --on: #1b1f24; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9da7b3; --line: #30363d; --ground: #0d1117; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 14px/1.5 system-ui, sans-serif; }
main { max-width: 1200px; margin: 0 auto; padding: 24px; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 32px 0 8px; }
p { margin: 4px 0 8px; } .soft, caption { color: var(--soft); }
.scroll { overflow-x: auto; } .tall { max-height: 640px; overflow-y: auto; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; padding: 4px 0; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid var(--line); vertical-align: top; white-space: nowrap; }
td.wide { white-space: normal; }
code { font: 12px ui-monospace, monospace; }
.flame { position: relative; overflow: hidden; border: 1px solid var(--line); }
.flame button { position: absolute; height: 18px; border: 0; border-right: 1px solid var(--ground); border-bottom: 1px solid var(--ground); padding: 0 3px; overflow: hidden; white-space: nowrap; text-align: left; font: 11px ui-monospace, monospace; color: var(--on); background: var(--bar); cursor: pointer; }
.flame button.dependency { background: var(--dependency); } .flame button.worse { background: var(--worse); } .flame button.better { background: var(--better); } .flame button.same { background: var(--same); }
.flame button:focus-visible { outline: 2px solid var(--ink); outline-offset: -2px; }
`;

// A click on a frame makes it as wide as the page; on the lowest, everything is back.
const zoom = `
for (const flame of document.querySelectorAll(".flame")) flame.addEventListener("click", ({ target }) => {
  const at = target.closest("button"); if (at === null) return;
  const x = Number(at.dataset.x), w = Number(at.dataset.w), y = Number(at.dataset.y);
  for (const frame of flame.children) {
    const fx = Number(frame.dataset.x), fw = Number(frame.dataset.w), fy = Number(frame.dataset.y);
    const inside = fx >= x - 1e-9 && fx + fw <= x + w + 1e-9, below = fy < y && fx <= x + 1e-9 && fx + fw >= x + w - 1e-9;
    frame.hidden = !(inside || below) || (fy < y && !below);
    frame.style.left = below && fy < y ? "0" : (fx - x) / w * 100 + "%";
    frame.style.width = below && fy < y ? "100%" : fw / w * 100 + "%";
  }
});
`;

import { createHash } from "node:crypto";
import { reportPlace } from "@holdup/recording";
import type { Plugin, Rolldown } from "vite";

/** Makes one page of a bundle: script and styles are in it, and its policy lets nothing else run or load. */
export function singlePage({ mostBytes }: { readonly mostBytes: number }): Plugin {
  return {
    name: "single-page",
    apply: "build",
    enforce: "post",
    generateBundle: {
      // After Vite has written its own parts into the script.
      order: "post",
      handler(_options, bundle) {
        const outputs = Object.values(bundle);
        const scripts = outputs.filter((output) => output.type === "chunk");
        const styles = assetsOf(outputs, ".css");
        const [page, ...otherPages] = assetsOf(outputs, ".html");
        const [script, ...otherScripts] = scripts;
        if (page === undefined || script === undefined || otherPages.length + otherScripts.length > 0) {
          this.error(
            `one page and one script were expected: ${outputs.map((one) => one.fileName).join(", ")}`,
          );
        }
        const html = withParts(textOf(page), inScript(script.code), styles.map(textOf).join("\n"));
        const bytes = Buffer.byteLength(html);
        const line = `${page.fileName}: ${kilobytes(bytes)} of ${kilobytes(mostBytes)}`;
        if (bytes > mostBytes) this.error(`${line}: load less, or raise the budget in vite.report.config.ts`);
        console.log(line);
        for (const { fileName } of outputs) delete bundle[fileName];
        this.emitFile({ type: "asset", fileName: page.fileName, source: html });
      },
    },
  };
}

function assetsOf(outputs: readonly Rolldown.OutputBundle[string][], ending: string): Rolldown.OutputAsset[] {
  return outputs
    .filter((output) => output.type === "asset")
    .filter(({ fileName }) => fileName.endsWith(ending));
}

function textOf({ source }: Rolldown.OutputAsset): string {
  return typeof source === "string" ? source : Buffer.from(source).toString("utf8");
}

function withParts(page: string, script: string, style: string): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const [head, body, ...more] = page
    // Vite's tags for what is a file of its own otherwise.
    .replaceAll(
      /\s*<(?:script\b[^>]*\bsrc=[^>]*><\/script|link\b[^>]*rel="(?:stylesheet|modulepreload)"[^>]*)>/g,
      "",
    )
    .split("</head>");
  if (head === undefined || body === undefined || more.length > 0) throw new Error("the page has no head");
  const [content, rest, ...others] = body.split("</body>");
  if (content === undefined || rest === undefined || others.length > 0)
    throw new Error("the page has no body");
  if (content.split(reportPlace).length !== 2) throw new Error("the page has no place for a recording");
  const policyTag = `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
  // The policy stands before all that it is about.
  const first = head.replace(/(<meta charset="[^"]*"\s*\/?>)/, (charset) => `${charset}\n    ${policyTag}`);
  if (!first.includes(policyTag)) throw new Error("the page does not tell its charset");
  return [
    first,
    `  <style>${style}</style>\n  </head>`,
    content,
    `  <script type="module">${script}</script>\n  </body>`,
    rest,
  ].join("");
}

/**
 * A script as it can stand in a page. What ends a script there, or begins a comment in which no end is seen, is in strings
 * only, where it can be written otherwise.
 */
function inScript(code: string): string {
  return code.replaceAll("\r\n", "\n").replaceAll(/<(?=\/script|!--)/gi, String.raw`\x3c`);
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

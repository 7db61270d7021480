import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

/** How much may be loaded, gzipped, in bytes. */
export interface BundleBudget {
  /** For the home page: the entry, its view, and their styles. */
  readonly first: number;
  /** For each other view, beside what the home page has loaded. */
  readonly lazy: number;
  /** The module of the home page's view. */
  readonly home: string;
}

/** Prints how much each view loads, and fails the build when one loads more than its budget. */
export function bundleBudget({ first, lazy, home }: BundleBudget): Plugin {
  return {
    name: "bundle-budget",
    apply: "build",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
      const withImports = (chunk: Rolldown.OutputChunk, found = new Set<string>()): Set<string> => {
        if (found.has(chunk.fileName)) return found;
        found.add(chunk.fileName);
        for (const css of chunk.viteMetadata?.importedCss ?? []) found.add(css);
        for (const name of chunk.imports) {
          const imported = bundle[name];
          if (imported?.type === "chunk") withImports(imported, found);
        }
        return found;
      };
      const sizeOf = (files: Iterable<string>) =>
        [...files].reduce((sum, file) => sum + gzipSync(contentOf(bundle[file])).byteLength, 0);

      const atFirst = new Set<string>();
      for (const chunk of chunks) {
        if (chunk.isEntry || chunk.facadeModuleId?.endsWith(home) === true) withImports(chunk, atFirst);
      }
      const loads = [{ name: "first load", size: sizeOf(atFirst), most: first }];
      for (const chunk of chunks) {
        if (!chunk.isDynamicEntry || atFirst.has(chunk.fileName)) continue;
        const more = [...withImports(chunk)].filter((file) => !atFirst.has(file));
        loads.push({
          name: basename(chunk.facadeModuleId ?? chunk.fileName),
          size: sizeOf(more),
          most: lazy,
        });
      }
      for (const { name, size, most } of loads) {
        const line = `${name}: ${kilobytes(size)} of ${kilobytes(most)} gzip`;
        if (size > most) this.error(`${line}: load less at once, or raise the budget in vite.config.ts`);
        console.log(line);
      }
    },
  };
}

function contentOf(output: Rolldown.OutputBundle[string] | undefined): string | Uint8Array {
  if (output === undefined) return "";
  return output.type === "chunk" ? output.code : output.source;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

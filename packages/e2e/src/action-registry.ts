/**
 * A registry for npm, in a thread: it has the packages of a folder of tarballs, each as its latest, and sends whoever asks for
 * another one to npm's own. Tells its port.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";

const upstream = "https://registry.npmjs.org";

interface Package {
  readonly file: string;
  readonly manifest: { readonly name: string; readonly version: string };
}

const folder = workerData as string;
const packages = new Map(
  readdirSync(folder).map((file) => {
    const one = { file, manifest: manifestIn(join(folder, file)) };
    return [one.manifest.name, one];
  }),
);

const server = createServer(({ url = "/" }, response) => {
  const path = decodeURIComponent(url.slice(1));
  const known = packages.get(path);
  if (known !== undefined) describe(known, response);
  else if (path.startsWith("tarballs/")) response.end(readFileSync(join(folder, path.slice(9))));
  else response.writeHead(302, { location: `${upstream}${url}` }).end();
});
server.listen(0, "127.0.0.1", () => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(port());
});

function manifestIn(tarball: string): Package["manifest"] {
  const text = execFileSync("tar", ["-xzOf", tarball, "package/package.json"], { encoding: "utf8" });
  return JSON.parse(text) as Package["manifest"];
}

function describe({ file, manifest }: Package, response: ServerResponse): void {
  const { name, version } = manifest;
  const hash = createHash("sha512").update(readFileSync(join(folder, file)));
  const dist = {
    tarball: `http://127.0.0.1:${port()}/tarballs/${file}`,
    integrity: `sha512-${hash.digest("base64")}`,
  };
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify({
      name,
      "dist-tags": { latest: version },
      versions: { [version]: { ...manifest, dist } },
    }),
  );
}

function port(): number {
  return (server.address() as AddressInfo).port;
}

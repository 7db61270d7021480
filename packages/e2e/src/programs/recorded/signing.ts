// Signs in so many rounds as it is told, and hashes as much as ever: between two runs only the signing differs. What computes is
// Node's, so that it takes its time whenever V8 compiles what.
import { createHash, pbkdf2Sync } from "node:crypto";

const rounds = Number(process.argv[2]);
const picture = Buffer.alloc(300_000);

for (let order = 0; order < 400; order++) {
  sign(`order ${order}`);
  hash(picture);
}

function sign(text: string): Buffer {
  return pbkdf2Sync(text, "salt", rounds, 32, "sha256");
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { z } from "zod";
import type { Head } from "../domain/find-broken.ts";
import type { AuditAnchors } from "../ports.ts";

const lineSchema = z.object({ seq: z.int().positive(), hash: z.string(), at: z.string(), signature: z.string() });

/** Signed lines in a file, one an end of the chain. A copy of it, kept elsewhere, can be checked with the same secret. */
export function createFileAnchors(file: string, secret: string): AuditAnchors {
  const key = Buffer.from(hkdfSync("sha256", secret, "", "geostitch audit heads", 32));
  const sign = (head: Head, at: string): string =>
    createHmac("sha256", key).update(`${head.seq}.${head.hash}.${at}`).digest("base64url");
  return {
    read: async () => (await readLines(file)).flatMap((line) => parse(line, sign)),
    add: async ({ seq, hash }) => {
      const at = new Date().toISOString();
      const handle = await open(file, "a", 0o600);
      try {
        // A line of its own even where a power cut left half of one.
        await handle.write(`\n${JSON.stringify({ seq, hash, at, signature: sign({ seq, hash }, at) })}`);
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, "utf8")).split("\n");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** What is no line of ours, or was signed by somebody else, says nothing. */
function parse(line: string, sign: (head: Head, at: string) => string): Head[] {
  try {
    const { seq, hash, at, signature } = lineSchema.parse(JSON.parse(line));
    const [given, expected] = [Buffer.from(signature), Buffer.from(sign({ seq, hash }, at))];
    return given.length === expected.length && timingSafeEqual(given, expected) ? [{ seq, hash }] : [];
  } catch {
    return [];
  }
}

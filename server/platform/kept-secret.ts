import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { writeWhole } from "./write-whole.ts";

/** A secret that is made once and kept in a file; an empty file is what a full disk left of one. */
export function keptSecret(file: string, bytes = 32): string {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (before !== "") return before;
  const made = randomBytes(bytes).toString("base64url");
  writeWhole(file, made);
  return made;
}

import { randomBytes } from "node:crypto";

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** `<prefix>_<time><random>`: 10 time characters make ids sort by age, 12 random ones make them unguessable enough to never collide. */
export function newId(prefix: string): string {
  let time = Date.now();
  let head = "";
  for (let i = 0; i < 10; i += 1) {
    head = (ALPHABET[time % 32] ?? "0") + head;
    time = Math.floor(time / 32);
  }
  const tail = Array.from(randomBytes(12), (byte) => ALPHABET[byte % 32]).join("");
  return `${prefix}_${head}${tail}`;
}

/** A secret of 192 random bits in URL-safe text, with its prefix. */
export function newSecret(prefix: string): string {
  return `${prefix}${randomBytes(24).toString("base64url")}`;
}

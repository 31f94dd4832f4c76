import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE_SECONDS = 300;
const ID_LENGTH_MAX = 256;

export interface SignedDelivery {
  readonly id: string;
  readonly timestamp: string;
  /** `v1,<base64>`, several with spaces between while a key rotates. */
  readonly signature: string;
  /** As it came: a body that is no text has a signature, too. */
  readonly raw: Uint8Array;
}

/**
 * Whether a delivery is signed by the secret (Standard Webhooks): HMAC-SHA256 over `id.timestamp.` and the raw bytes, within
 * 300 s. The reference library, which the tests sign with, takes the body as text only: bytes that are none change under it.
 */
export function isSigned(delivery: SignedDelivery, secret: string, now: Date): boolean {
  const { id, timestamp, signature } = delivery;
  if (id === "" || id.length > ID_LENGTH_MAX || !/^[0-9]{1,12}$/.test(timestamp)) return false;
  const seconds = Math.floor(now.getTime() / 1000);
  if (Math.abs(seconds - Number(timestamp)) > TOLERANCE_SECONDS) return false;
  const expected = Buffer.from(sign(delivery, secret));
  return signature.split(" ").some((part) => {
    const given = Buffer.from(part);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function sign({ id, timestamp, raw }: SignedDelivery, secret: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.`).update(raw).digest("base64")}`;
}

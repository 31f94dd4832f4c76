import type { IncomingMessage } from "node:http";
import { findUnfit } from "../platform/plain-data.ts";
import { BODY_BYTES_MAX } from "../platform/read-body.ts";
import { findRepeatedKey } from "../platform/repeated-key.ts";
import { Refusal, refusedAt } from "./refusal.ts";

/** What is too large is read and forgotten up to here, so that its sender is still there for the answer. */
const DISCARDED_BYTES_MAX = 64 * BODY_BYTES_MAX;
const DISCARDED_MS_MAX = 5_000;

/** The body as it came, no more than a mebibyte of it. */
export async function readRaw(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const deadline = performance.now() + DISCARDED_MS_MAX;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
    else if (bytes > DISCARDED_BYTES_MAX || performance.now() > deadline) break;
  }
  if (bytes > BODY_BYTES_MAX) throw new Refusal(413, "too-large", "expected at most 1 MiB");
  return Buffer.concat(chunks);
}

const isUtf8 = (raw: Buffer): boolean => Buffer.from(raw.toString("utf8"), "utf8").equals(raw);

/** JSON whose every value can be stored and means one thing. */
export function parseBody(raw: Buffer): unknown {
  if (!isUtf8(raw)) throw refusedAt("(body)", "expected UTF-8");
  const text = raw.toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refusedAt("(body)", "expected JSON");
  }
  const unfit = findUnfit(value);
  if (unfit) throw refusedAt(unfit.path === "" ? "(body)" : unfit.path, unfit.message);
  const repeated = findRepeatedKey(text, value);
  if (repeated !== null) throw refusedAt(repeated, "expected each key once");
  return value;
}

/** The errors of a schema as an answer, each with its path. */
export function badInput(
  issues: readonly { path: readonly PropertyKey[]; message: string; code: string; keys?: readonly string[] | undefined }[],
): Refusal {
  const errors = issues.slice(0, 20).map((issue) => ({
    path: [...issue.path.map(String), ...(issue.keys?.slice(0, 1) ?? [])].join(".") || "(body)",
    message: issue.message,
  }));
  return new Refusal(400, "bad-input", errors[0] ? `${errors[0].path}: ${errors[0].message}` : "bad input", { errors });
}

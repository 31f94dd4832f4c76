import { createHash } from "node:crypto";
import type pg from "pg";
import { AppError } from "../app-error.ts";
import { createSecretBox, type SecretBox } from "../secret-box.ts";

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

interface Row {
  request_hash: string;
  status: number;
  body: unknown;
}

/**
 * Stored answers of POSTs with an Idempotency-Key, sealed: an answer may hold a key that is shown once. Two at once with one key
 * wait for each other; the second gets the first's answer. A client of `keyPool` is held during the whole work, so the work must
 * take its clients elsewhere: out of one pool, as many requests as it has clients would wait for one more that nobody gives back.
 */
export function createIdempotency(keyPool: pg.Pool, secret: string) {
  const box = createSecretBox(secret, "stored answers");
  return {
    once: async (
      request: { principal: string; key: string; requestHash: string },
      work: () => Promise<Answer>,
    ): Promise<Answer> => {
      const client = await keyPool.connect();
      try {
        await client.query("begin");
        await client.query("select pg_advisory_xact_lock($1::bigint)", [lockOf(request)]);
        const { rows } = await client.query<Row>(
          "select request_hash, status, body from idempotency_record where principal = $1 and key = $2",
          [request.principal, request.key],
        );
        const [stored] = rows;
        if (stored) {
          await client.query("commit");
          if (stored.request_hash === request.requestHash)
            return { status: stored.status, body: restore(stored.body, box, lockOf(request)) };
          throw new AppError("conflict", `the Idempotency-Key ${request.key} was used for another request`, {
            code: "idempotency-key",
          });
        }
        const answer = await work();
        await client.query(
          "insert into idempotency_record (principal, key, request_hash, status, body) values ($1, $2, $3, $4, $5)",
          [request.principal, request.key, request.requestHash, answer.status, store(answer.body, box, lockOf(request))],
        );
        await client.query("commit");
        return answer;
      } catch (error) {
        await client.query("rollback").catch(() => undefined);
        throw error;
      } finally {
        client.release();
      }
    },
  };
}

/** As text within the JSON column, which would put the keys in an order of its own: a repeat gets the very answer. */
const store = (body: unknown, box: SecretBox, context: string): string =>
  JSON.stringify(box.seal(JSON.stringify(body ?? null), context));
/** What was stored before answers were sealed is read as it is. */
const restore = (stored: unknown, box: SecretBox, context: string): unknown =>
  typeof stored === "string" ? JSON.parse(box.open(stored, context) ?? stored) : stored;

function lockOf({ principal, key }: { principal: string; key: string }): string {
  return createHash("sha256").update(`${principal}\n${key}`).digest().readBigInt64BE().toString();
}

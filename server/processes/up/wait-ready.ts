import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { AppError } from "../../platform/app-error.ts";

const EVERY_MS = 200;

/** Waits until each address answers 200; says what is waited for when it takes long. */
export async function waitForUrls(urls: Readonly<Record<string, string>>, timeoutMs: number): Promise<void> {
  const waiting = new Map(Object.entries(urls));
  const startedMs = performance.now();
  let saidMs = startedMs;
  while (waiting.size > 0) {
    for (const [name, url] of waiting) if (await answersOk(url)) waiting.delete(name);
    if (waiting.size === 0) return;
    const now = performance.now();
    if (now - startedMs > timeoutMs)
      throw new AppError(
        "unavailable",
        `${[...waiting.keys()].join(", ")} did not become ready within ${Math.round(timeoutMs / 1000)} s; look into the logs folder of the data folder`,
      );
    if (now - saidMs > 8_000) {
      saidMs = now;
      console.error(`geostitch: waiting for ${[...waiting.keys()].join(", ")} …`);
    }
    await delay(EVERY_MS);
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}

/** Waits until every component of the registry that should run does. */
export async function waitForComponents(databaseUrl: string, timeoutMs: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const deadline = performance.now() + timeoutMs;
  try {
    for (;;) {
      const { rows } = await client.query<{ missing: string }>(
        `select key as missing from component where coalesce((spec->'replicas'->>'min')::int, 1) > 0
           and not exists (select 1 from instance where component_key = component.key and state in ('ready', 'sealed'))`,
      );
      if (rows.length === 0) return;
      if (performance.now() > deadline) {
        console.error(`geostitch: not ready yet: ${rows.map((row) => row.missing).join(", ")}`);
        return;
      }
      await delay(EVERY_MS);
    }
  } finally {
    await client.end();
  }
}

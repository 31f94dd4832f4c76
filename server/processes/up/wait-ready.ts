import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { AppError } from "../../platform/app-error.ts";
import type { Wiring } from "../../platform/wiring.ts";
import { hasRoutesEverywhere } from "../routes-everywhere.ts";

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

export interface ComponentsQuestion {
  readonly databaseUrl: string;
  readonly wiring: Wiring;
  /** Where entries stand; components are asked for at the first. */
  readonly places: readonly string[];
}

/**
 * Waits until every component of the registry that should run answers through the gateway, and all entries have the routes
 * that it took. What the database says of instances is no sign of it: until the orchestrator has looked, that is what the last
 * run left behind.
 */
export async function waitForComponents(question: ComponentsQuestion, timeoutMs: number): Promise<void> {
  const { databaseUrl, wiring, places } = question;
  const deadline = performance.now() + timeoutMs;
  // Where components call each other: an answer from there has come from an instance that runs and is routed.
  const caller = `${wiring.gateway.internalUrl}/@${places[0] ?? ""}`;
  let waiting = await componentsToRun(databaseUrl);
  for (;;) {
    const answers = await Promise.all(waiting.map(({ path }) => isServed(`${caller}/${path}`)));
    waiting = waiting.filter((_component, index) => answers[index] === false);
    if (waiting.length === 0 && (await hasRoutesEverywhere(wiring, places))) return;
    if (performance.now() > deadline) {
      const missing = waiting.length > 0 ? waiting.map(({ key }) => key).join(", ") : "the routes of some entries";
      console.error(`geostitch: not ready yet: ${missing}`);
      return;
    }
    await delay(EVERY_MS);
  }
}

async function componentsToRun(databaseUrl: string): Promise<readonly { key: string; path: string }[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ key: string; path: string }>(
      `select key, key || coalesce(spec->'network'->'readiness'->>'path', '/') as path from component
         where coalesce((spec->'replicas'->>'min')::int, 1) > 0 and spec->'network'->>'protocol' = 'http'`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

/** Whatever an instance answers is an answer; a gateway's own no is a problem document. */
async function isServed(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.headers.has("geostitch-instance");
  } catch {
    return false;
  }
}

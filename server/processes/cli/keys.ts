import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createApiKeys } from "../../identity/index.ts";
import { systemActor, type Role } from "../../platform/actor.ts";
import { openDatabase } from "../../platform/db/client.ts";
import { readInstallationEnv } from "../../platform/env.ts";
import { Refused } from "./client.ts";

/** On the installation's own machine: whoever can read its data folder may make a key. Answers the key alone. */
export async function createKey(root: string, order: { name: string; role: Role }): Promise<string> {
  const env = readInstallationEnv(process.env, root);
  const database = openDatabase(env.DATABASE_URL ?? embeddedUrl(env.dataDir), { name: "geostitch-cli", connectionsMax: 1 });
  try {
    const { key } = await createApiKeys(database).create({ ...order, actor: systemActor("geostitch keys create") });
    return key;
  } finally {
    await database.close();
  }
}

function embeddedUrl(dataDir: string): string {
  const file = join(dataDir, "postgres.json");
  if (!existsSync(file)) throw new Refused(`no installation in ${dataDir} (GEOSTITCH_DATA_DIR, DATABASE_URL)`);
  const { port, password } = JSON.parse(readFileSync(file, "utf8")) as { port: number; password: string };
  return `postgresql://postgres:${password}@127.0.0.1:${port}/geostitch`;
}

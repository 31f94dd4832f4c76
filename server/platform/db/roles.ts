import { join } from "node:path";
import pg from "pg";
import { AppError, messageOf } from "../app-error.ts";
import { keptSecret } from "../kept-secret.ts";

const APP_ROLE = "geostitch_app";

/**
 * The less-privileged role that the processes use: reads and writes rows, changes no table, and can only add to the audit.
 * In the embedded database it is made here; elsewhere GEOSTITCH_DATABASE_APP_URL names it and it is only granted.
 */
export async function prepareAppRole(options: {
  ownerUrl: string;
  appUrl: string | null;
  embedded: boolean;
  dataDir: string;
}): Promise<string> {
  const { ownerUrl, appUrl, embedded, dataDir } = options;
  if (!embedded && appUrl === null) return ownerUrl;
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const url = appUrl ?? embeddedAppUrl(ownerUrl, dataDir);
    const { username, password } = new URL(url);
    const role = client.escapeIdentifier(decodeURIComponent(username));
    if (embedded) {
      const { rowCount } = await client.query("select 1 from pg_roles where rolname = $1", [decodeURIComponent(username)]);
      const verb = rowCount ? "alter" : "create";
      await client.query(`${verb} role ${role} login password ${client.escapeLiteral(decodeURIComponent(password))}`);
    }
    const grants = `grant usage on schema public to ${role};
      grant select, insert, update, delete on all tables in schema public to ${role};
      grant usage, select on all sequences in schema public to ${role};
      grant execute on all functions in schema public to ${role};
      revoke all on "_prisma_migrations" from ${role};
      revoke update, delete, truncate on audit_entry, audit_head from ${role}`;
    await client.query(grants).catch((cause: unknown) => {
      throw new AppError("unavailable", `GEOSTITCH_DATABASE_APP_URL: ${messageOf(cause)}`, { cause });
    });
    if (appUrl !== null) await requireConnection(appUrl);
    return url;
  } finally {
    await client.end();
  }
}

/** The processes will use this address and nothing else: better one line now than six processes that start again and again. */
async function requireConnection(appUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: appUrl, connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select count(*) from policy");
  } catch (cause) {
    throw new AppError("unavailable", `GEOSTITCH_DATABASE_APP_URL: no use of the database by it: ${messageOf(cause)}`, { cause });
  } finally {
    await client.end().catch(() => undefined);
  }
}

function embeddedAppUrl(ownerUrl: string, dataDir: string): string {
  const url = new URL(ownerUrl);
  url.username = APP_ROLE;
  url.password = keptSecret(join(dataDir, "postgres-app-password"), 18);
  return url.href;
}

import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";

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
    await client.query(`grant usage on schema public to ${role};
      grant select, insert, update, delete on all tables in schema public to ${role};
      grant usage, select on all sequences in schema public to ${role};
      grant execute on all functions in schema public to ${role};
      revoke all on "_prisma_migrations" from ${role};
      revoke update, delete, truncate on audit_entry from ${role}`);
    return url;
  } finally {
    await client.end();
  }
}

function embeddedAppUrl(ownerUrl: string, dataDir: string): string {
  const file = join(dataDir, "postgres-app-password");
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString("base64url"), { mode: 0o600 });
  const url = new URL(ownerUrl);
  url.username = APP_ROLE;
  url.password = readFileSync(file, "utf8");
  return url.href;
}

import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { Prisma, PrismaClient } from "../../../generated/prisma/client.ts";

export { Prisma };
export type Tx = Prisma.TransactionClient;

const STATEMENT_MS_MAX = 10_000;
const KEY_CONNECTIONS_MAX = 8;
/** Who waits here waits for others' work, not for the database. */
const KEY_WAIT_MS_MAX = 15_000;

/** One process's way to PostgreSQL: Prisma for the registry's objects, the plain pool for hot paths and streams. */
export interface Database {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  /** For those who keep a client while others' work goes on: they wait in line here, and the work always finds one in `pool`. */
  readonly keyPool: pg.Pool;
  /** Runs `work` in one transaction: all of it, or none. */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export function openDatabase(url: string, options: { readonly connectionsMax?: number; readonly name?: string } = {}): Database {
  const config = {
    connectionString: url,
    max: options.connectionsMax ?? 10,
    connectionTimeoutMillis: 5_000,
    statement_timeout: STATEMENT_MS_MAX,
    // A server that is stopped rather than gone keeps its connections and answers nothing: waiting for it ends here.
    query_timeout: STATEMENT_MS_MAX + 2_000,
    application_name: options.name ?? "geostitch",
  };
  const prisma = new PrismaClient({ adapter: new PrismaPg(config, { onPoolError: () => undefined }) });
  const pool = new pg.Pool(config);
  // It connects when it is first asked: a process that takes no keyed requests opens none of these.
  const keyPool = new pg.Pool({
    ...config,
    max: KEY_CONNECTIONS_MAX,
    connectionTimeoutMillis: KEY_WAIT_MS_MAX,
    // A lock is waited for as long as the other's work takes.
    statement_timeout: 4 * KEY_WAIT_MS_MAX,
    query_timeout: 4 * KEY_WAIT_MS_MAX + 2_000,
  });
  // A connection that breaks while idle is replaced at its next use; unhandled it would end the process.
  for (const each of [pool, keyPool]) each.on("error", () => undefined);
  return {
    prisma,
    pool,
    keyPool,
    transaction: (work) => prisma.$transaction(work, { maxWait: 5_000, timeout: 10_000 }),
    close: async () => {
      await Promise.all([prisma.$disconnect(), pool.end(), keyPool.end()]);
    },
  };
}

const ANSWER_MS_MAX = 2_000;

/** Whether the database answers soon enough to work with. */
export async function databaseAnswers(pool: pg.Pool): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ANSWER_MS_MAX);
  });
  const answers = pool.query("select 1").then(
    () => true,
    () => false,
  );
  return await Promise.race([answers, late]).finally(() => clearTimeout(timer));
}

/** A value on its way into a JSON column: whatever JSON can hold, and null as SQL's null. */
export function toJson(value: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull {
  return value === null || value === undefined ? Prisma.DbNull : (JSON.parse(JSON.stringify(value)) as Prisma.InputJsonValue);
}

/** Whether the database itself is away (against a statement it refused): the caller answers 503 and may be tried again. */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const awayCodes = [
    "P1001",
    "P1002",
    "P1003",
    "P1008",
    "P1017",
    "P2024",
    "P2028",
    "ECONNREFUSED",
    "ECONNRESET",
    "ETIMEDOUT",
    "57P01",
    "57P02",
    "57P03",
    "53300",
    "08006",
    "08001",
    "53100",
    "3D000",
  ];
  if (awayCodes.includes(code)) return true;
  const text = error instanceof Error ? error.message : "";
  return /Connection terminated|Query read timeout|timeout exceeded when trying to connect|ECONNREFUSED|Can't reach database/.test(
    text,
  );
}

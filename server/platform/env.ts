import { homedir } from "node:os";
import { resolve } from "node:path";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { AppError } from "./app-error.ts";

/** The environment of an installation, parsed once at the start; everywhere else these are values. */
const number = (what: string) => z.coerce.number({ error: ({ input }) => `expected ${what}, got ${String(input)}` });
const port = (fallback: number) =>
  z
    .string()
    .refine((given) => /^\d{1,5}$/.test(given) && Number(given) >= 1 && Number(given) <= 65_535, {
      error: ({ input }) => `expected a port from 1 to 65535, got ${String(input)}`,
    })
    .transform(Number)
    .default(fallback);
const onOff = z.enum(["on", "off"]);
const text = z.string().min(1);
const postgresUrl = text.regex(/^postgres(ql)?:\/\//, "expected an address that begins with postgresql://");
/** CIDR blocks or single addresses, with commas between them. */
const blocks = z
  .string()
  .transform((given) =>
    given
      .split(",")
      .map((block) => block.trim())
      .filter((block) => block !== ""),
  )
  .superRefine((given, context) => {
    for (const block of given)
      if (!ipaddr.isValidCIDR(block) && !isPlainAddress(block))
        context.addIssue({ code: "custom", message: `expected CIDR blocks such as 10.0.0.0/8, got ${block}` });
  })
  .transform((given) => given.join(","));
const isPlainAddress = (block: string): boolean => ipaddr.IPv4.isValidFourPartDecimal(block) || ipaddr.IPv6.isValid(block);

const schema = z.object({
  DATABASE_URL: postgresUrl.optional(),
  GEOSTITCH_DATABASE_APP_URL: postgresUrl.optional(),
  GEOSTITCH_DATA_DIR: text.default(".geostitch"),
  GEOSTITCH_CONSOLE_PORT: port(3000),
  GEOSTITCH_GATEWAY_PORT: port(8080),
  GEOSTITCH_INTAKE_PORT: port(8181),
  GEOSTITCH_BIND: text.default("127.0.0.1"),
  GEOSTITCH_ORCHESTRATOR: z.enum(["embedded", "process"]).default("embedded"),
  GEOSTITCH_LAB: onOff.default("on"),
  GEOSTITCH_LAB_WORLD: text.optional(),
  GEOSTITCH_LAB_SPEED: number("a number above 0").positive().max(86_400).default(60),
  GEOSTITCH_LAB_SEED: number("a whole number").int().default(1),
  /** When the lab's day begins; unset: at the wall clock's time. */
  GEOSTITCH_LAB_CLOCK: z.iso.datetime({ error: "expected a time such as 2026-01-01T06:00:00Z" }).optional(),
  GEOSTITCH_ADMIN_EMAIL: z.email().default("admin@geostitch.local"),
  GEOSTITCH_ADMIN_PASSWORD: text.optional(),
  GEOSTITCH_TRUSTED_PROXIES: blocks.default(""),
  GEOSTITCH_GEOIP_DB: text.optional(),
  GEOSTITCH_CONSOLE_INTAKE: onOff.optional(),
  /** Lease of the orchestrator: a dead one is followed after this long. */
  GEOSTITCH_LEASE_TTL_MS: number("milliseconds").int().min(500).max(60_000).default(3_000),
  GEOSTITCH_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});
const PATHS = ["GEOSTITCH_LAB_WORLD", "GEOSTITCH_GEOIP_DB"] as const;
export const PORT_VARIABLES = ["GEOSTITCH_CONSOLE_PORT", "GEOSTITCH_GATEWAY_PORT", "GEOSTITCH_INTAKE_PORT"] as const;

export type InstallationEnv = z.infer<typeof schema> & {
  /** Absolute. */
  readonly dataDir: string;
};

/** Parses the environment of the supervisor; an empty variable counts as unset. Throws one line that names the variable. */
export function readInstallationEnv(source: NodeJS.ProcessEnv, root: string): InstallationEnv {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError("bad-input", `${issue?.path.join(".") ?? "environment"}: ${issue?.message ?? "not understood"}`);
  }
  const { data } = parsed;
  for (const [index, variable] of PORT_VARIABLES.entries()) {
    const same = PORT_VARIABLES.slice(0, index).find((other) => data[other] === data[variable]);
    if (same) throw new AppError("bad-input", `${variable}: port ${data[variable]} is ${same}'s already`);
  }
  if (data.GEOSTITCH_DATABASE_APP_URL !== undefined && data.DATABASE_URL === undefined)
    throw new AppError(
      "bad-input",
      "GEOSTITCH_DATABASE_APP_URL: expected DATABASE_URL beside it; the embedded database has a role of its own",
    );
  const place = (path: string): string => resolve(root, path.replace(/^~(?=\/|$)/, homedir()));
  const files = PATHS.flatMap((name): [string, string][] => (data[name] === undefined ? [] : [[name, place(data[name])]]));
  return { ...data, ...(Object.fromEntries(files) as Partial<InstallationEnv>), dataDir: place(data.GEOSTITCH_DATA_DIR) };
}

const processSchema = z.object({
  /** The less-privileged role's address. */
  GEOSTITCH_PROCESS_DATABASE_URL: text,
  GEOSTITCH_WIRING: text,
  GEOSTITCH_AUTH_SECRET: text,
  GEOSTITCH_DATA_DIR: text,
  GEOSTITCH_ORCHESTRATOR: z.enum(["embedded", "process"]).default("embedded"),
  GEOSTITCH_LEASE_TTL_MS: z.coerce.number().int().default(3_000),
  GEOSTITCH_WORLD_NAME: z.string().default("default"),
  /** Places are DB-IP's: the console names it. */
  GEOSTITCH_SHOWS_DB_IP: onOff.default("off"),
  GEOSTITCH_FIRST_PLACE: text.optional(),
  /** How much faster than the wall clock the lab's clock of the day runs. */
  GEOSTITCH_LAB_SPEED: z.coerce.number().positive().default(60),
  /** `<point>:<once-file>`: the crash tests kill the orchestrator at a named point. */
  GEOSTITCH_FAULT_POINT: text.optional(),
});

export type ProcessEnv = z.infer<typeof processSchema>;

/** What the supervisor gives each of its processes. */
export function readProcessEnv(source: NodeJS.ProcessEnv): ProcessEnv {
  const parsed = processSchema.safeParse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== "")));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError(
    "bad-input",
    `${issue?.path.join(".") ?? "environment"}: ${issue?.message ?? "not understood"} (this process is started by \`npm start\`)`,
  );
}

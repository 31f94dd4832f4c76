import { homedir } from "node:os";
import { resolve } from "node:path";
import { z } from "zod";
import { AppError } from "./app-error.ts";

/** The environment of an installation, parsed once at the start; everywhere else these are values. */
const port = (fallback: number) => z.coerce.number().int().min(1).max(65_535).default(fallback);
const onOff = z.enum(["on", "off"]);
const text = z.string().min(1);

const schema = z.object({
  DATABASE_URL: text.optional(),
  GEOSTITCH_DATABASE_APP_URL: text.optional(),
  GEOSTITCH_DATA_DIR: text.default(".geostitch"),
  GEOSTITCH_CONSOLE_PORT: port(3000),
  GEOSTITCH_GATEWAY_PORT: port(8080),
  GEOSTITCH_INTAKE_PORT: port(8181),
  GEOSTITCH_BIND: text.default("127.0.0.1"),
  GEOSTITCH_ORCHESTRATOR: z.enum(["embedded", "process"]).default("embedded"),
  GEOSTITCH_LAB: onOff.default("on"),
  GEOSTITCH_LAB_WORLD: text.optional(),
  GEOSTITCH_LAB_SPEED: z.coerce.number().positive().max(86_400).default(60),
  GEOSTITCH_LAB_SEED: z.coerce.number().int().default(1),
  GEOSTITCH_ADMIN_EMAIL: z.email().default("admin@geostitch.local"),
  GEOSTITCH_ADMIN_PASSWORD: text.optional(),
  GEOSTITCH_TRUSTED_PROXIES: z.string().default(""),
  GEOSTITCH_GEOIP_DB: text.optional(),
  GEOSTITCH_CONSOLE_INTAKE: onOff.optional(),
  /** Lease of the orchestrator: a dead one is followed after this long. */
  GEOSTITCH_LEASE_TTL_MS: z.coerce.number().int().min(500).max(60_000).default(3_000),
});

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
  const folder = parsed.data.GEOSTITCH_DATA_DIR.replace(/^~(?=\/|$)/, homedir());
  return { ...parsed.data, dataDir: resolve(root, folder) };
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
  GEOSTITCH_FIRST_PLACE: text.optional(),
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

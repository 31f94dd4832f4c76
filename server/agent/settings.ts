import { z } from "zod";
import { AppError, messageOf } from "../platform/app-error.ts";

/** An agent's environment. */
const settingsSchema = z.object({
  /** Base address of the intake. */
  GEOSTITCH_AGENT_INTAKE: z.url({ protocol: /^https?$/ }),
  /** File with `{"id","secret"}`, as `geostitch agents create -o json` prints it; read again when it changes. */
  GEOSTITCH_AGENT_CREDENTIALS: z.string().min(1),
  /** File that tells what is watched (`targetSchema`); read again when it changes. */
  GEOSTITCH_AGENT_TARGET: z.string().min(1),
  /** Folder of what is not delivered yet. */
  GEOSTITCH_AGENT_SPOOL: z.string().min(1),
  GEOSTITCH_AGENT_SPOOL_MIB: z.coerce.number().min(0.1).max(10_240).default(16),
  /** Loopback port of `/healthz`, `/readyz` and `/metrics`; unset: none. */
  GEOSTITCH_AGENT_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
});

export interface AgentSettings {
  readonly intake: URL;
  readonly credentialsFile: string;
  readonly targetFile: string;
  readonly spoolFolder: string;
  readonly spoolBytesMax: number;
  readonly port: number | null;
}

/** Throws one line that names the variable. */
export function readAgentSettings(source: NodeJS.ProcessEnv): AgentSettings {
  const parsed = settingsSchema.safeParse(Object.fromEntries(Object.entries(source).filter(([, value]) => value !== "")));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError("bad-input", `${issue?.path.join(".") ?? "environment"}: ${issue?.message ?? "not understood"}`);
  }
  const { data } = parsed;
  return {
    intake: new URL("/api/webhooks/kpi", data.GEOSTITCH_AGENT_INTAKE),
    credentialsFile: data.GEOSTITCH_AGENT_CREDENTIALS,
    targetFile: data.GEOSTITCH_AGENT_TARGET,
    spoolFolder: data.GEOSTITCH_AGENT_SPOOL,
    spoolBytesMax: data.GEOSTITCH_AGENT_SPOOL_MIB * 1024 * 1024,
    port: data.GEOSTITCH_AGENT_PORT ?? null,
  };
}

export const credentialsSchema = z.object({ id: z.string().min(1), secret: z.string().startsWith("whsec_") });
export type Credentials = z.infer<typeof credentialsSchema>;

/** What an agent watches. */
export const targetSchema = z.object({
  instance: z.string().min(1),
  /** Data centre in which it stands. */
  place: z.string().min(1),
  metricsUrl: z.url({ protocol: /^http$/ }),
  process: z.object({ pid: z.number().int().positive(), startTicks: z.string() }).nullable().default(null),
  /** The links that this agent measures; null: another one of its place does. */
  links: z
    .object({
      relay: z.object({ host: z.string(), port: z.number().int() }).nullable().default(null),
      token: z.string(),
      /** Where something answers a probe in each other place. */
      peers: z.array(z.object({ place: z.string(), host: z.string(), port: z.number().int() })),
    })
    .nullable()
    .default(null),
});
export type Target = z.infer<typeof targetSchema>;
export type TargetLinks = NonNullable<Target["links"]>;

export function parseText<T>(schema: z.ZodType<T>, text: string, file: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new AppError("bad-input", `${file}: ${messageOf(cause)}`, { cause });
  }
}

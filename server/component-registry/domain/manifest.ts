import { z } from "zod";
import { bytesProblem, cpuProblem, QUANTITY } from "./quantity.ts";

/** Manifests as a person writes them (contract, section 2): strict, so that a typing error is an error, and with every default filled in. */

export const API_VERSION = "geostitch.dev/v1";
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const nameMessage = "expected 1 to 63 characters a-z, 0-9 and '-', beginning and ending with a letter or digit";

export const nameSchema = z.string().regex(NAME, nameMessage);
const labelsSchema = z.record(z.string().min(1).max(128), z.string().max(256)).default({});
/** YAML writes `cpu: 2` as a number; it means the same quantity. */
const quantity = (problem: (text: string) => string | null) =>
  z
    .union([z.string().meta({ pattern: QUANTITY.source }), z.number().nonnegative().transform(String)])
    .superRefine((text, context) => {
      const message = problem(text);
      if (message !== null) context.addIssue({ code: "custom", message });
    });
const cpu = quantity(cpuProblem);
const bytes = quantity(bytesProblem);
const countryCode = z.string().regex(/^[A-Z]{2}$/, "expected a two-letter country code such as DE");
const amount = z.number().nonnegative();
const componentRef = z
  .string()
  .regex(
    /^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/)?[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/,
    "expected a component's name, or application/name",
  );

const componentKeySchema = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\/[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, "expected application/name");

export const dataCenterSpecSchema = z.strictObject({
  location: z.strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    city: z.string().max(128).nullable().default(null),
    country: countryCode,
  }),
  capacity: z.strictObject({ cpu, memory: bytes, storage: bytes }),
  price: z
    .strictObject({
      cpuHour: amount,
      memoryGiBHour: amount,
      storageGiBMonth: amount,
      egressGiB: amount,
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, "expected a currency code such as USD")
        .default("USD"),
    })
    .nullable()
    .default(null),
  carbon: z.strictObject({ gramsPerKWh: amount }).nullable().default(null),
  runtime: z
    .strictObject({ driver: nameSchema.default("process"), options: z.record(z.string(), z.unknown()).default({}) })
    .prefault({}),
  /** A cordoned data centre keeps what it runs and takes nothing new. */
  cordoned: z.boolean().default(false),
});

const placesSchema = z
  .strictObject({ countries: z.array(countryCode).default([]), dataCenters: z.array(nameSchema).default([]) })
  .prefault({});

const dependencySchema = z.strictObject({
  component: componentRef,
  callsPerRequest: amount.max(1000).default(1),
  requestBytes: amount.max(1e9).default(400),
  responseBytes: amount.max(1e9).default(900),
});

export const componentSpecSchema = z.strictObject({
  version: z.string().min(1).max(128),
  artifact: z.strictObject({ driver: nameSchema.default("process"), command: z.array(z.string().max(4096)).min(1).max(64) }),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected a variable's name"), z.string().max(65_536)).default({}),
  network: z
    .strictObject({
      protocol: z.enum(["http", "tcp"]).default("http"),
      readiness: z
        .strictObject({
          path: z.string().regex(/^\//, "expected a path that begins with /").default("/healthz"),
          timeoutMs: z.int().min(1).max(60_000).default(1000),
        })
        .nullable()
        .default(null),
    })
    .prefault({}),
  resources: z
    .strictObject({ cpu: cpu.default("100m"), memory: bytes.default("128Mi"), storage: bytes.default("0") })
    .prefault({}),
  replicas: z
    .strictObject({ min: z.int().min(0).max(100).default(1), max: z.int().min(1).max(100).default(1) })
    .prefault({})
    .refine((replicas) => replicas.min <= replicas.max, { message: "expected min to be at most max" }),
  dependencies: z.array(dependencySchema).max(256).default([]),
  performance: z
    .strictObject({
      latencyMsP95: amount.nullable().default(null),
      throughputRps: amount.nullable().default(null),
      errorRate: z.number().min(0).max(1).nullable().default(null),
    })
    .prefault({}),
  placement: z
    .strictObject({
      prefer: placesSchema,
      allow: placesSchema,
      deny: placesSchema,
      affinity: z.array(componentRef).default([]),
      antiAffinity: z.array(componentRef).default([]),
      pinned: nameSchema.nullable().default(null),
    })
    .prefault({}),
  state: z
    .strictObject({
      kind: z.enum(["stateless", "partial", "full"]).default("stateless"),
      driver: nameSchema.nullable().default(null),
      sizeMiB: amount.default(0),
    })
    .prefault({})
    .transform((state) => ({ ...state, driver: state.kind === "stateless" ? state.driver : (state.driver ?? "snapshot") })),
  entrypoint: z.boolean().default(false),
});

export const WEIGHT_TERMS = ["performance", "proximity", "dependency", "cost", "carbon", "headroom", "stability"] as const;
export const MODES = ["observe", "recommend", "approve", "auto"] as const;
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** 24:00 is the end of a day. */
const timeOfDay = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "expected a time of day such as 06:00, at most 24:00");
/** Hours of the world's clock, UTC; one whose end is not after its beginning goes over midnight. A denied hour is denied, whatever else allows it. */
const changeWindowSchema = z
  .strictObject({
    kind: z.enum(["allow", "deny"]).default("allow"),
    days: z
      .array(z.enum(WEEKDAYS))
      .min(1)
      .max(7)
      .default([...WEEKDAYS]),
    from: timeOfDay,
    to: timeOfDay,
    reason: z.string().max(200).default(""),
  })
  .refine(({ from, to }) => from !== to, { path: ["to"], message: "expected a time other than `from`" });
const guardRailsSchema = z.strictObject({
  maxConcurrent: z.int().min(1).max(1000).default(2),
  cooldownMinutes: amount.default(120),
  minGainPercent: amount.default(5),
  paybackHours: amount.default(12),
  maxPerHour: z.int().min(0).max(100_000).default(10),
  pauseBudgetMs: z.int().min(1).max(600_000).default(3000),
  holdDeadlineMs: z.int().min(1).max(600_000).default(10_000),
  watchMs: z.int().min(0).max(86_400_000).default(60_000),
  /** By how much users' p95 may lie above what was expected before a move goes back by itself. */
  regressionPercent: amount.default(20),
  /** When moves may begin by themselves: with any `allow`, only inside one. */
  windows: z.array(changeWindowSchema).max(100).default([]),
  /** So many broken promises of automatic moves, and nothing runs by itself until somebody resumes it; 0: never stops. */
  stopAfterMissed: z.int().min(0).max(100).default(1),
  /** How many automatic moves an hour may begin or end in any one data centre. */
  maxPerDataCenter: z.int().min(1).max(100_000).default(10),
  /** Where replicas allow, a new place first takes this part of the users; 0: all of them at once. */
  canaryPercent: z.number().min(0).max(90).default(20),
  /** How long that part is measured against the others before the rest follows. */
  canaryMs: z.int().min(1_000).max(3_600_000).default(20_000),
});

/** What is done without asking when a data centre is lost: components without state are placed again, inside the guard rails. */
const selfHealingSchema = z.strictObject({
  enabled: z.boolean().default(true),
  /** So long unheard of before a data centre counts as lost. */
  afterMs: z.int().min(5_000).max(3_600_000).default(20_000),
});

export const policySpecSchema = z.strictObject({
  weights: z
    .partialRecord(z.enum(WEIGHT_TERMS), amount)
    .default({ performance: 50, proximity: 50 })
    .refine((weights) => Object.values(weights).some((weight) => weight > 0), {
      message: "expected at least one weight above 0",
    }),
  migrationThreshold: z.number().min(0).max(100).default(60),
  mode: z.enum(MODES).default("approve"),
  /** Components with a mode of their own, by `application/name`. */
  componentModes: z.record(componentKeySchema, z.enum(MODES)).default({}),
  /** Whose policy it is. The one called `default` is everybody else's. */
  applications: z.array(nameSchema).max(1_000).default([]),
  guardRails: guardRailsSchema.prefault({}),
  selfHealing: selfHealingSchema.prefault({}),
});

export const linkSpecSchema = z.strictObject({
  driver: nameSchema.default("direct"),
  rttMs: amount.max(10_000).nullable().default(null),
  bandwidthMbps: z.number().positive().nullable().default(null),
  egressGiB: amount.nullable().default(null),
});

const kindOf = <K extends string>(kind: K) => ({ apiVersion: z.literal(API_VERSION), kind: z.literal(kind) });
const named = z.strictObject({ name: nameSchema, labels: labelsSchema });

export const dataCenterManifestSchema = z.strictObject({ ...kindOf("DataCenter"), metadata: named, spec: dataCenterSpecSchema });
export const componentManifestSchema = z.strictObject({
  ...kindOf("Component"),
  metadata: z.strictObject({ application: nameSchema, name: nameSchema, labels: labelsSchema }),
  spec: componentSpecSchema,
});
/** Policies and links have no labels: what is not kept is not taken. */
export const policyManifestSchema = z.strictObject({
  ...kindOf("Policy"),
  metadata: z.strictObject({ name: nameSchema }),
  spec: policySpecSchema,
});
export const linkManifestSchema = z.strictObject({
  ...kindOf("Link"),
  metadata: z.strictObject({ from: nameSchema, to: nameSchema }),
  spec: linkSpecSchema.prefault({}),
});

export const manifestSchemas = {
  DataCenter: dataCenterManifestSchema,
  Component: componentManifestSchema,
  Policy: policyManifestSchema,
  Link: linkManifestSchema,
} as const;

export type ManifestKind = keyof typeof manifestSchemas;
export type DataCenterManifest = z.infer<typeof dataCenterManifestSchema>;
export type ComponentManifest = z.infer<typeof componentManifestSchema>;
export type PolicyManifest = z.infer<typeof policyManifestSchema>;
export type LinkManifest = z.infer<typeof linkManifestSchema>;
export type Manifest = DataCenterManifest | ComponentManifest | PolicyManifest | LinkManifest;
export type DataCenterSpec = DataCenterManifest["spec"];
export type ComponentSpec = ComponentManifest["spec"];
export type PolicySpec = PolicyManifest["spec"];
export type Mode = (typeof MODES)[number];
export type GuardRails = PolicySpec["guardRails"];
export type ChangeWindow = GuardRails["windows"][number];
export type LinkSpec = LinkManifest["spec"];

/** `application/name` for a component, `from/to` for a link, the name for the rest: unique within its kind. */
export function manifestKey(manifest: Manifest): string {
  if (manifest.kind === "Component") return `${manifest.metadata.application}/${manifest.metadata.name}`;
  if (manifest.kind === "Link") return `${manifest.metadata.from}/${manifest.metadata.to}`;
  return manifest.metadata.name;
}

export const labelsOf = ({ metadata }: Manifest): Readonly<Record<string, string>> =>
  "labels" in metadata ? metadata.labels : {};

/** A dependency's or affinity's full key: a bare name means the same application. */
export function componentKeyIn(application: string, reference: string): string {
  return reference.includes("/") ? reference : `${application}/${reference}`;
}

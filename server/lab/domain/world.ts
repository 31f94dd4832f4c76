import { z } from "zod";
import { roundTripMatrix, type PairRoundTrip } from "../../connectivity-management/domain/estimate-round-trip.ts";
import { dataCenterSpecSchema, nameSchema } from "../../component-registry/domain/manifest.ts";
import { repeatsIn } from "./repeats.ts";
import { componentManifests, manifestNames, type Topology } from "./topology.ts";

const API_VERSION = "geostitch.dev/v1";

/** A world file (contract, section 8): strict, so that a typing error is an error. */
export const worldFileSchema = z
  .strictObject({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal("LabWorld"),
    metadata: z.strictObject({ name: nameSchema, labels: z.record(z.string(), z.string()).default({}) }),
    spec: z.strictObject({
      dataCenters: z
        .array(
          z.strictObject({
            apiVersion: z.literal(API_VERSION).optional(),
            kind: z.literal("DataCenter").optional(),
            metadata: z.strictObject({ name: nameSchema, labels: z.record(z.string(), z.string()).default({}) }),
            spec: dataCenterSpecSchema,
          }),
        )
        .min(1),
      rtt: z.strictObject({ csv: z.string() }).nullable().default(null),
      applications: z.array(z.strictObject({ topology: z.string() })).default([]),
      users: z
        .strictObject({
          cities: z.string().nullable().default(null),
          requestsPerSecond: z.number().min(0).max(10_000).default(40),
          followTheSun: z.boolean().default(true),
        })
        .prefault({}),
      initialPlacement: z
        .strictObject({ strategy: z.literal("single").default("single"), dataCenter: nameSchema })
        .nullable()
        .default(null),
    }),
  })
  .superRefine(({ spec: { dataCenters, initialPlacement } }, context) => {
    const names = dataCenters.map(({ metadata }) => metadata.name);
    for (const { name, index } of repeatsIn(names))
      context.addIssue({
        code: "custom",
        path: ["spec", "dataCenters", index, "metadata", "name"],
        message: `${name} stands twice`,
      });
    if (initialPlacement && !names.includes(initialPlacement.dataCenter))
      context.addIssue({
        code: "custom",
        path: ["spec", "initialPlacement", "dataCenter"],
        message: `there is no data centre ${initialPlacement.dataCenter}`,
      });
  });
export type WorldFile = z.infer<typeof worldFileSchema>;

export interface City {
  readonly name: string;
  readonly country: string;
  readonly population: number;
  readonly latitude: number;
  readonly longitude: number;
  readonly internetShare: number;
  /** A public address that geolocation finds there; null where none is known. */
  readonly address: string | null;
}

export interface World {
  readonly file: WorldFile;
  readonly roundTrips: readonly { readonly from: string; readonly to: string; readonly rttMs: number }[];
  readonly topologies: readonly Topology[];
  readonly cities: readonly City[];
  /** What the files name and nobody describes; the world runs without it. A line each, with file and path. */
  readonly remarks: readonly string[];
}

/** Where components without a wish of their own start. */
export const firstPlace = (world: World): string =>
  world.file.spec.initialPlacement?.dataCenter ?? world.file.spec.dataCenters[0]?.metadata.name ?? "";

/** The place in which the orchestrator stands: the world's first. */
export const orchestratorPlace = (world: World): string => world.file.spec.dataCenters[0]?.metadata.name ?? "";

export function pairRoundTrips(world: World): readonly PairRoundTrip[] {
  const places = world.file.spec.dataCenters.map(({ metadata, spec }) => ({
    name: metadata.name,
    latitude: spec.location.latitude,
    longitude: spec.location.longitude,
  }));
  return roundTripMatrix(places, world.roundTrips);
}

/** Everything the world holds, as manifests to apply. Policies are the installation's own and not overwritten by it. */
export function worldManifests(world: World): readonly Record<string, unknown>[] {
  const { dataCenters } = world.file.spec;
  const names = new Set(dataCenters.map((entry) => entry.metadata.name));
  const links = world.roundTrips.filter(({ from, to }) => names.has(from) && names.has(to));
  return [
    ...dataCenters.map(({ metadata, spec }) => ({ apiVersion: API_VERSION, kind: "DataCenter", metadata, spec })),
    ...links.map(({ from, to, rttMs }) => ({
      apiVersion: API_VERSION,
      kind: "Link",
      metadata: { from, to },
      spec: { driver: "direct", rttMs },
    })),
    ...applicationManifests(world.topologies),
  ];
}

/** Two files of one name are two applications. */
function applicationManifests(topologies: readonly Topology[]): readonly Record<string, unknown>[] {
  const names = manifestNames(
    topologies.map(({ app }) => app),
    "application",
  );
  return topologies.flatMap((topology, index) => componentManifests(topology, names[index] ?? ""));
}

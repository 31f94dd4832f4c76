import type { Tx } from "../../platform/db/client.ts";
import type { ComponentSpec, DataCenterSpec, LinkSpec, PolicySpec } from "../domain/manifest.ts";
import {
  groupOf,
  type CanaryRoute,
  type ComponentScore,
  type Drain,
  type InstanceState,
  type PlaceLoss,
  type RegistrySnapshot,
} from "../domain/registry.ts";

/**
 * Reads the whole registry in one transaction. Specs were parsed when they were accepted, and only this program writes
 * them, so they are trusted here.
 */
export async function readRegistry(tx: Tx): Promise<RegistrySnapshot> {
  const dataCenters = await tx.dataCenter.findMany({ orderBy: { name: "asc" } });
  const components = await tx.component.findMany({ orderBy: { key: "asc" } });
  const instances = await tx.instance.findMany({ orderBy: [{ componentKey: "asc" }, { name: "asc" }] });
  const links = await tx.link.findMany({ orderBy: [{ from: "asc" }, { to: "asc" }] });
  const policies = await tx.policy.findMany({ orderBy: { name: "asc" } });
  const reservations = await tx.reservation.findMany();
  const open = await tx.migration.findMany({
    where: { state: { in: ["pending", "running", "aborting"] } },
    select: { id: true, componentKey: true, from: true, to: true, planId: true, state: true, canary: true, context: true },
  });
  return {
    dataCenters: dataCenters.map((row) => ({
      ...row,
      labels: row.labels as Record<string, string>,
      spec: row.spec as unknown as DataCenterSpec,
      drain: row.drain as unknown as Drain | null,
      loss: row.loss as unknown as PlaceLoss | null,
    })),
    components: components.map((row) => ({
      ...row,
      labels: row.labels as Record<string, string>,
      spec: row.spec as unknown as ComponentSpec,
      score: row.score as unknown as ComponentScore | null,
    })),
    instances: instances.map((row) => ({ ...row, state: row.state as InstanceState })),
    links: links.map((row) => ({ ...row, spec: row.spec as unknown as LinkSpec })),
    policies: policies.map((row) => ({ ...row, spec: row.spec as unknown as PolicySpec })),
    reservations,
    openMigrations: open.map(({ canary, context, ...row }) => ({
      ...row,
      planId: groupOf({ planId: row.planId, context: context as { returnOf?: string | null } }),
      canary: routeOf(canary, context),
    })),
  };
}

/** What of a move's trial is for routes: a target that held takes all, one that did not gives all back. */
function routeOf(canary: unknown, context: unknown): CanaryRoute | null {
  const tried = canary as { percent: number; decision: string | null } | null;
  if (tried === null) return null;
  const { sources } = context as { sources: readonly string[] };
  const serves = tried.decision === null ? "both" : tried.decision === "returned" ? "sources" : "targets";
  return { percent: tried.percent, sources, serves };
}

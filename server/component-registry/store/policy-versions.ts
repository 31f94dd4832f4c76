import { toJson, type Tx } from "../../platform/db/client.ts";
import { specOfVersion, type PolicyVersion, type VersionPage } from "../domain/policy-versions.ts";
import type { PolicyUnit } from "../ports.ts";

type Row = Awaited<ReturnType<Tx["policyVersion"]["findMany"]>>[number];

const toVersion = ({ spec, by, ...row }: Row): PolicyVersion => ({
  ...row,
  spec: specOfVersion(spec),
  by: by as unknown as PolicyVersion["by"],
});

export async function readVersions(tx: Tx, { policy, limit, below }: VersionPage): Promise<readonly PolicyVersion[]> {
  const rows = await tx.policyVersion.findMany({
    where: { policy, ...(below === null ? {} : { generation: { lt: below } }) },
    orderBy: { generation: "desc" },
    take: limit,
  });
  return rows.map(toVersion);
}

export const policyUnitOf = (tx: Tx): PolicyUnit => ({
  remove: async (name) => {
    await tx.policy.delete({ where: { name } });
  },
  keep: async (versions) => {
    await tx.policyVersion.createMany({
      data: versions.map(({ spec, by, ...version }) => ({ ...version, spec: toJson(spec) as object, by: { ...by } })),
    });
  },
  version: async (policy, generation) => {
    const row = await tx.policyVersion.findUnique({ where: { policy_generation: { policy, generation } } });
    return row === null ? null : toVersion(row);
  },
  generations: async () => {
    const rows = await tx.policyVersion.groupBy({ by: ["policy"], _max: { generation: true } });
    return new Map(rows.map(({ policy, _max }) => [policy, _max.generation ?? 0]));
  },
});

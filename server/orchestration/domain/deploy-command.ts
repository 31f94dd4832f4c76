import { componentKeyIn } from "../../component-registry/domain/manifest.ts";
import { demandOf } from "../../component-registry/domain/capacity.ts";
import type { ComponentRecord } from "../../component-registry/domain/registry.ts";
import type { DeployCommand } from "../../deployment/domain/host-protocol.ts";

export interface DeployQuestion {
  readonly component: ComponentRecord;
  readonly dataCenter: string;
  /** False for a migration's target: it opens only when it is activated. */
  readonly writable: boolean;
  /** Base address of the gateway's entry for calls between components. */
  readonly internalGatewayUrl: string;
}

/** What a host is told to run. A dependency's address names the caller's own place, so it stays the same wherever the dependency moves. */
export function deployCommandOf({ component, dataCenter, writable, internalGatewayUrl }: DeployQuestion): DeployCommand {
  const { spec } = component;
  const demand = demandOf(spec);
  const dependencies = spec.dependencies.map((dependency) => {
    const key = componentKeyIn(component.application, dependency.component);
    return [key.split("/").at(-1) ?? key, `${internalGatewayUrl}/@${dataCenter}/${key}`] as const;
  });
  return {
    component: component.key,
    dataCenter,
    version: spec.version,
    command: [...spec.artifact.command],
    env: { ...spec.env },
    dependencies: Object.fromEntries(dependencies),
    readiness: spec.network.readiness,
    protocol: spec.network.protocol,
    cpuMillicores: demand.cpuMillicores,
    memoryMiB: demand.memoryMiB,
    hasState: spec.state.kind !== "stateless",
    writable,
  };
}

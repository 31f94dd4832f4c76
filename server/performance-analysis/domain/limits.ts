import { cpuMillicores } from "../../component-registry/domain/quantity.ts";
import type { RegistrySnapshot } from "../../component-registry/domain/registry.ts";

export interface Limits {
  readonly latencyMsP95: number | null;
  /** Share of requests that may fail. */
  readonly errorRateMax: number;
  readonly cpuMillicores: number;
}

/** Where a manifest says nothing: one in a hundred. A budget below one in a thousand cannot be told from chance in ten seconds. */
const ERROR_RATE_DEFAULT = 0.01;
const ERROR_RATE_LEAST = 0.001;

/** What a component promises, as its manifest says. */
export function componentLimits({ components }: Pick<RegistrySnapshot, "components">, key: string): Limits {
  const spec = components.find((record) => record.key === key)?.spec;
  return {
    latencyMsP95: spec?.performance.latencyMsP95 ?? null,
    errorRateMax: Math.max(ERROR_RATE_LEAST, spec?.performance.errorRate ?? ERROR_RATE_DEFAULT),
    cpuMillicores: spec ? cpuMillicores(spec.resources.cpu) : 0,
  };
}

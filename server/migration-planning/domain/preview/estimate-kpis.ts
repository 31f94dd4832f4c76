import { quantile } from "../../../kpi-intake/domain/histogram.ts";
import { addCounts, withinTarget, type CompiledPreview } from "./compile.ts";
import type { Choice } from "./preview-moves.ts";

/** What an installation is about, in five figures; null where nothing is known. */
export interface PreviewKpis {
  readonly userMsP95: number | null;
  /** Of users' requests to components that have a target, 0..1. */
  readonly inTargetShare: number | null;
  /** Compute and traffic. */
  readonly usdPerHour: number;
  readonly egressUsdPerHour: number;
  /** Of the grids behind the CPU that is asked for. */
  readonly gramsPerKWh: number | null;
}

export function estimateKpis(compiled: CompiledPreview, chosen: readonly Choice[]): PreviewKpis {
  const { inputs, usd, places } = compiled;
  const [compute, traffic] = [0, 1].map((part) =>
    chosen.reduce((sum, { unit, to }) => sum + (usd[(unit * places + to) * 3 + part] ?? 0), inputs.usdPerHour[part] ?? 0),
  );
  return {
    ...usersUnder(compiled, chosen),
    usdPerHour: (compute ?? 0) + (traffic ?? 0),
    egressUsdPerHour: traffic ?? 0,
    gramsPerKWh: carbonUnder(compiled, chosen),
  };
}

function usersUnder(compiled: CompiledPreview, chosen: readonly Choice[]) {
  const { inputs, components, users } = compiled;
  const counts = Float64Array.from(users.counts);
  let { inTarget } = users;
  for (const { unit, to } of chosen) {
    const part = inputs.parts[unit - components];
    (part?.components ?? [unit]).forEach((index, member) => {
      const component = inputs.components[index];
      if (!component?.users) return;
      const before = component.users.latency[component.present] ?? [];
      const after = (part ? part.latency[member]?.[to] : component.users.latency[to]) ?? before;
      addCounts(counts, before, -1);
      addCounts(counts, after, 1);
      inTarget += withinTarget(component.users, after) - withinTarget(component.users, before);
    });
  }
  return {
    userMsP95: quantile([...counts], 0.95),
    inTargetShare: users.withTarget > 0 ? Math.min(1, Math.max(0, inTarget / users.withTarget)) : null,
  };
}

function carbonUnder({ inputs, components, demand }: CompiledPreview, chosen: readonly Choice[]): number | null {
  const target = new Map(
    chosen.flatMap(({ unit, to }) =>
      (inputs.parts[unit - components]?.components ?? [unit]).map((index) => [index, to] as const),
    ),
  );
  let [grams, cpu] = [0, 0];
  inputs.components.forEach(({ present }, index) => {
    const known = inputs.places[target.get(index) ?? present]?.gramsPerKWh ?? null;
    const asked = demand[index * 3] ?? 0;
    if (known === null) return;
    grams += known * asked;
    cpu += asked;
  });
  return cpu > 0 ? grams / cpu : null;
}

import type { Feature, FeatureCollection, LineString } from "geojson";
import type { PlanDto } from "../../server/api/shapes/index.ts";
import type { ShownPlace } from "../time/as-of.ts";
import type { Pair } from "./backbone.ts";
import { collection, greatCircle } from "./geo.ts";

/** A plan, or what a draft of a policy would do. */
interface DrawnPlan extends Pick<PlanDto, "id"> {
  readonly moves: readonly { readonly component: string; readonly from: string; readonly to: string }[];
}

interface PlanQuestion {
  readonly places: readonly ShownPlace[];
  readonly plans: readonly DrawnPlan[];
  readonly pairs: readonly Pair[];
}

const nameOf = (component: string): string => component.split("/").at(-1) ?? component;

/** More names and arrows than this nobody reads, and placing them is what takes a map's time. */
const NAMED_MAX = 24;

/** One arc for all moves of a plan between the same two places: ten arcs on one way would be one thick line. */
export function planLines({ places, plans, pairs }: PlanQuestion): FeatureCollection<LineString> {
  const at = new Map(places.map((place) => [place.metadata.name, place.spec.location]));
  return collection(
    plans.flatMap((plan) => {
      const ways = new Map<string, { from: string; to: string; components: string[] }>();
      for (const { component, from, to } of plan.moves) {
        const way = ways.get(`${from}>${to}`) ?? { from, to, components: [] };
        way.components.push(nameOf(component));
        ways.set(`${from}>${to}`, way);
      }
      const mostFirst = [...ways.values()].sort((a, b) => b.components.length - a.components.length);
      return mostFirst.flatMap(({ from, to, components }, index): Feature<LineString>[] => {
        const [a, b] = [at.get(from), at.get(to)];
        if (!a || !b || from === to) return [];
        const what = components.length === 1 ? (components[0] ?? "") : `${components.length} moves`;
        const rtt = pairs.find((pair) => pair.from === from && pair.to === to)?.rttMs;
        return [
          {
            type: "Feature",
            properties: {
              id: plan.id,
              label: rtt === undefined ? what : `${what}, ${Math.round(rtt)} ms apart`,
              named: index < NAMED_MAX,
            },
            geometry: { type: "LineString", coordinates: greatCircle(a, b) },
          },
        ];
      });
    }),
  );
}

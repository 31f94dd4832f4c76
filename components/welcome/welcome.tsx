"use client";

import dynamic from "next/dynamic";
import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { parseAsBoolean, useQueryState } from "nuqs";
import { useEffect, useState } from "react";
import { keyOf } from "../components-page/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { usePlaceNames } from "../ui/place-name.tsx";
import { LatencyScale } from "../world-map/legend.tsx";
import { resolutionAt } from "../world-map/prepare.ts";
import type { LayerGroup } from "../world-map/style.ts";
import { useMapData } from "../world-map/use-map-data.ts";
import { useSmallScreen } from "../world-map/use-small-screen.ts";
import { isFirstStart, stepsOf, type Step } from "./prepare.ts";
import { StepsPanel } from "./steps-panel.tsx";
import { noteProgress } from "./kept.ts";
import { useProgress, useUserName } from "./use-progress.ts";

const MapCanvas = dynamic(() => import("../world-map/map-canvas.tsx").then((module) => module.MapCanvas), { ssr: false });
const SHOWN: ReadonlySet<LayerGroup> = new Set<LayerGroup>(["users", "places", "plans", "moves", "night"]);
/** The world begins where the panel ends. */
const BESIDE_THE_PANEL: [[number, number], [number, number]] = [
  [-235, -48],
  [165, 66],
];
const NONE = { components: 0, places: 0 };

/** The living map, and beside it what to try first. */
export function WelcomePage() {
  const router = useRouter();
  const small = useSmallScreen();
  const [noWebGl, setNoWebGl] = useState(false);
  const [resolution, setResolution] = useState(2);
  const map = useMapData({ selected: null, allLinks: false, resolution, plan: null });
  const user = useUserName() ?? "";
  const { steps, counts, lab, isDecided } = useSteps(user, map);
  const [component] = map.components;
  const example = component ? keyOf(component) : "shop/cart";
  const [closing, setClosing] = useState(false);
  // Closed is closed by somebody: until it is known who that is, it waits.
  useEffect(() => {
    if (!closing || user === "") return;
    noteProgress(user, { closed: true });
    router.push("/");
  }, [closing, user, router]);
  return (
    <main className="mapview welcomeview">
      <div className="mapbox">
        {small || noWebGl ? null : (
          <MapCanvas
            label="World map of users, placements, and what moves or should"
            data={map.features}
            shown={SHOWN}
            bounds={BESIDE_THE_PANEL}
            loaded={map.asked.data !== undefined}
            onView={(zoom) => setResolution(resolutionAt(zoom))}
            onSelectPlace={(name) => (name === null ? undefined : router.push(`/?place=${encodeURIComponent(name)}`))}
            onOpenMove={(id) => router.push(`/migrations/${id}`)}
            onOpenPlan={(id) => router.push(`/plans/${id}`)}
            onNoWebGl={() => setNoWebGl(true)}
          />
        )}
        {isDecided ? (
          <StepsPanel steps={steps} lab={lab} counts={counts} example={example} close={() => setClosing(true)} />
        ) : (
          <h1 className="sr">First steps</h1>
        )}
        {small || noWebGl ? null : (
          <div className="panel float welcomelegend row g16">
            <LatencyScale title="User p95, ms" />
            {map.plans.length > 0 ? (
              <span className="st f12">
                <span className="plandash" aria-hidden="true" />
                Planned
              </span>
            ) : null}
          </div>
        )}
      </div>
    </main>
  );
}

/** The steps as they stand, each noted once it is done. */
function useSteps(user: string, map: ReturnType<typeof useMapData>) {
  const trpc = useTRPC();
  const router = useRouter();
  const nameOf = usePlaceNames();
  const progress = useProgress(user);
  const [first] = useQueryState("first", parseAsBoolean.withDefault(false));
  const lab = useQuery(trpc.world.overview.queryOptions()).data?.lab ?? null;
  const plans = useQuery(trpc.plans.list.queryOptions({ limit: 100 })).data;
  const policies = useQuery(trpc.policies.page.queryOptions({ limit: 100 })).data?.items ?? [];
  const migrations = map.migrations;
  const policyGeneration = Math.max(1, ...policies.map(({ metadata }) => metadata.generation));
  const { places } = map;
  const facts = {
    user,
    notes: progress,
    places,
    components: map.components,
    plans: plans ?? [],
    migrations,
    density: map.density,
    policyGeneration,
    nameOf,
  };
  const steps: readonly Step[] = lab === null ? [] : stepsOf({ lab, ...facts });
  const done = steps.filter((step) => step.done).map(({ id }) => id);
  const isKnown = plans !== undefined && user !== "" && map.isRead;
  const isNew = !isKnown || (isFirstStart({ plans, migrations }) && !progress.closed);
  useEffect(() => {
    if (first && !isNew) router.replace("/");
  }, [first, isNew, router]);
  useEffect(() => {
    const all = [...new Set([...progress.done, ...done])];
    if (user !== "" && all.length > progress.done.length) noteProgress(user, { done: all });
  }, [user, done, progress.done]);
  const counts = lab === null ? NONE : { components: map.components.length, places: places.length };
  // Who was sent here at a sign-in sees nothing of it before it is known that they are the first.
  return { steps, counts, lab: lab ?? true, isDecided: !first || (isKnown && isNew) };
}

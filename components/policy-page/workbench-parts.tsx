"use client";

import { useQuery } from "@tanstack/react-query";
import { memo, useDeferredValue, useEffect, useMemo } from "react";
import type { MigrationDto, PolicyDto } from "../../server/api/shapes/index.ts";
import type { PreviewInputs } from "../../server/migration-planning/domain/preview/inputs.ts";
import { useTRPC } from "../trpc/client.ts";
import { Loading, Problem, useNow } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import type { Spec } from "./draft.ts";
import { PolicyKpis } from "./kpi-strip.tsx";
import { ModeCard } from "./mode-card.tsx";
import { MovesCard } from "./moves-card.tsx";
import { agreementOf, ghostMoves, kpiTiles, leavesForbidden, marginWords, paybackWords } from "./prepare.ts";
import { worldTime, type WorldClock } from "./prepare-timeline.ts";
import { PreviewMap } from "./preview-map.tsx";
import { RailsCard } from "./rails-card.tsx";
import { inScopeOf, type Tried } from "./scope.ts";
import { markPainted } from "./timing.ts";
import { TradeOff } from "./trade-off.tsx";
import type { Draft } from "./use-draft.ts";
import { useCompiled, useConfirmation, usePreview, useTradeOff, type Confirmation } from "./use-preview.ts";
import { WeightsCard } from "./weights-card.tsx";

interface WorkbenchPartsProps {
  readonly policy: PolicyDto;
  readonly draft: Draft;
  /** The draft's, or the published one while somebody compares. */
  readonly shown: Spec;
  readonly isComparing: boolean;
  readonly tried: Tried;
  readonly inputs: PreviewInputs | undefined;
  readonly error: { readonly message: string } | null;
  readonly retry: () => void;
}

/** No weight changes what these show: they follow when the numbers have been painted. */
const LaterModeCard = memo(ModeCard);
const LaterRailsCard = memo(RailsCard);

/** What is set on the left and below, what it would do in the middle and on the right. */
export function WorkbenchParts(props: WorkbenchPartsProps) {
  const { policy, draft, shown, isComparing, tried, inputs, error, retry } = props;
  const nameOf = usePlaceNames();
  const { preview, points, moves, confirmation } = useTried(inputs, tried);
  const confirmed = confirmation.state === "confirmed" ? confirmation.draft : null;
  const agreement = confirmed ? agreementOf(moves, confirmed.moves, nameOf) : null;
  const kpis = confirmed?.kpis ?? preview?.kpis ?? null;
  const published = policy.spec;
  const { minGainPercent, paybackHours } = shown.guardRails;
  // What the planner has answered counts more than what was estimated.
  const isForced = inputs !== undefined && leavesForbidden(inputs, confirmed?.moves ?? moves);
  const heldBack =
    preview === null || isForced
      ? null
      : (marginWords(preview, minGainPercent) ?? (confirmed && paybackWords(confirmed, paybackHours)));
  const components = useComponents(inputs, tried);
  const later = useDeferredValue(useMemo(() => ({ draft, shown, components }), [draft, shown, components]));
  return (
    <>
      <WeightsCard {...{ draft, published, shown, isComparing }} />
      <div className="polmiddle">
        {error ? <Problem error={error} retry={retry} /> : null}
        {preview ? (
          <PreviewMap
            moves={moves}
            inScope={preview.inScope}
            agreement={agreement}
            note={noteOf(confirmation) ?? heldBack}
            nameOf={nameOf}
          />
        ) : error ? null : (
          <Loading what="what a draft is tried on" height={320} />
        )}
        {kpis ? <PolicyKpis tiles={kpiTiles(kpis.now, kpis.draft)} isConfirmed={confirmed !== null} /> : null}
      </div>
      <div className="polright">
        <MovesCard moves={moves} agreement={agreement} nameOf={nameOf} />
        <TradeOff points={points} />
      </div>
      <LaterModeCard {...later} policy={policy.metadata.name} isOff={isComparing} />
      <LaterRailsCard
        draft={later.draft}
        shown={later.shown}
        published={published}
        isOff={isComparing}
        clock={useWorldClock(inputs)}
        migrations={useMigrations()}
      />
    </>
  );
}

const noteOf = (confirmation: Confirmation): string | null => (confirmation.state === "failed" ? confirmation.message : null);

function useTried(inputs: PreviewInputs | undefined, tried: Tried) {
  const compiled = useCompiled(inputs);
  const preview = usePreview(inputs, compiled, tried);
  const points = useTradeOff(compiled, tried, preview);
  const confirmation = useConfirmation(tried);
  const moves = useMemo(() => (inputs && preview ? ghostMoves(inputs, preview.moves) : []), [inputs, preview]);
  useEffect(markPainted, [moves]);
  return { preview, points, moves, confirmation };
}

/** Whose policy it is does not hang on the weights, which are what is tried many times a second. */
function useComponents(inputs: PreviewInputs | undefined, { policy, spec, takenApplications }: Tried): readonly string[] {
  const { applications } = spec;
  return useMemo(() => {
    if (!inputs) return [];
    const isMine = inScopeOf(inputs, { policy, applications, takenApplications });
    return inputs.components.filter((_, index) => isMine(index)).map(({ component }) => component);
  }, [inputs, policy, applications, takenApplications]);
}

const NONE: readonly MigrationDto[] = [];
const useMigrations = () => useQuery(useTRPC().migrations.list.queryOptions({ limit: 100 })).data ?? NONE;

/** The world's clock as it goes on: read now and then, and reckoned in between. */
function useWorldClock(inputs: PreviewInputs | undefined): WorldClock | null {
  const { data, dataUpdatedAt } = useQuery(useTRPC().world.overview.queryOptions());
  const now = useNow(5_000);
  const speed = inputs?.worldSpeed ?? null;
  return useMemo(() => {
    if (!data || speed === null) return null;
    const read = { readAt: dataUpdatedAt, speed };
    const clock = { ...read, world: data.labClock === null ? dataUpdatedAt : Date.parse(data.labClock) };
    return { ...read, readAt: now, world: worldTime(clock, now) };
  }, [data, dataUpdatedAt, now, speed]);
}

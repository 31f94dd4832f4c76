"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState } from "react";
import type { ConfirmedDraftDto } from "../../server/api/shapes/index.ts";
import { compilePreview, type CompiledPreview } from "../../server/migration-planning/domain/preview/compile.ts";
import type { PreviewInputs } from "../../server/migration-planning/domain/preview/inputs.ts";
import { previewMoves, type PreviewResult } from "../../server/migration-planning/domain/preview/preview-moves.ts";
import { useTRPC } from "../trpc/client.ts";
import { PRESETS } from "./draft.ts";
import { pointOf, type TradeOffPoint } from "./trade-off-prepare.ts";
import { timed } from "./timing.ts";
import { openPreviewWorker, type PreviewWorker } from "./open-worker.ts";
import { inScopeOf, isHeldIn, observedOf, settingsOf, type Tried } from "./scope.ts";

/** From so many components on, a frame is too short: another thread computes. */
const WORKER_FROM = 1_000;

export function usePreviewInputs() {
  return useQuery({ ...useTRPC().policies.previewInputs.queryOptions(), staleTime: 20_000, refetchInterval: 30_000 });
}

/** The inputs made ready once; null where another thread does it. */
export function useCompiled(inputs: PreviewInputs | undefined): CompiledPreview | null {
  return useMemo(() => (inputs && inputs.components.length <= WORKER_FROM ? compilePreview(inputs) : null), [inputs]);
}

const previewOf = (compiled: CompiledPreview, tried: Tried): PreviewResult => {
  const settings = settingsOf(tried);
  return previewMoves(compiled, {
    ...settings,
    inScope: inScopeOf(compiled.inputs, settings),
    isHeld: isHeldIn(compiled.inputs, settings.observed),
  });
};

/** What the draft would do, worked out between two frames; null while nothing is known. */
export function usePreview(
  inputs: PreviewInputs | undefined,
  compiled: CompiledPreview | null,
  tried: Tried,
): PreviewResult | null {
  const isLarge = (inputs?.components.length ?? 0) > WORKER_FROM;
  const here = useMemo(() => (compiled ? timed(() => previewOf(compiled, tried)) : null), [compiled, tried]);
  const there = useWorker(isLarge ? inputs : undefined, tried);
  return isLarge ? there : here;
}

/** Where each preset would lead, and what is live: not at each step of a weight, since no weight changes it. */
export function useTradeOff(
  compiled: CompiledPreview | null,
  tried: Tried,
  preview: PreviewResult | null,
): readonly TradeOffPoint[] {
  const { policy, takenApplications } = tried;
  const { migrationThreshold, guardRails, applications, componentModes } = tried.spec;
  const presets = useMemo(() => {
    if (!compiled) return [];
    const spec = { migrationThreshold, guardRails, applications, componentModes };
    return PRESETS.flatMap(({ name, weights }) =>
      pointOf(name, "preset", previewOf(compiled, { policy, takenApplications, spec: { ...spec, weights } }).kpis.draft),
    );
  }, [compiled, policy, takenApplications, migrationThreshold, guardRails, applications, componentModes]);
  if (!preview) return [];
  return [...presets, ...pointOf("Live", "live", preview.kpis.now), ...pointOf("Draft", "draft", preview.kpis.draft)];
}

function useWorker(inputs: PreviewInputs | undefined, tried: Tried): PreviewResult | null {
  const [result, setResult] = useState<PreviewResult | null>(null);
  const worker = useRef<PreviewWorker | null>(null);
  useEffect(() => {
    if (!inputs) return undefined;
    const opened = openPreviewWorker(inputs, setResult);
    worker.current = opened;
    return () => {
      opened.close();
      worker.current = null;
    };
  }, [inputs]);
  useEffect(() => worker.current?.ask(settingsOf(tried)), [inputs, tried]);
  return result;
}

export type Confirmation =
  | { readonly state: "waiting" }
  | { readonly state: "failed"; readonly message: string }
  | { readonly state: "confirmed"; readonly draft: ConfirmedDraftDto };

const QUIET_MS = 350;

/** The planner is asked once a draft has been left alone for a moment; its answer is only ever shown for what was asked. */
export function useConfirmation({ policy, spec }: Tried): Confirmation {
  const question = useMemo(
    () => ({
      policy,
      applications: [...spec.applications],
      weights: spec.weights,
      migrationThreshold: spec.migrationThreshold,
      cooldownMinutes: spec.guardRails.cooldownMinutes,
      watchMs: spec.guardRails.watchMs,
      observed: [...observedOf(spec)],
    }),
    [
      policy,
      spec.applications,
      spec.weights,
      spec.migrationThreshold,
      spec.guardRails.cooldownMinutes,
      spec.guardRails.watchMs,
      spec.componentModes,
    ],
  );
  const [asked, setAsked] = useState(question);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(question), QUIET_MS);
    return () => clearTimeout(timer);
  }, [question]);
  // The question is the key: an answer to an older one is another entry, and never takes this one's place.
  const answer = useQuery({
    ...useTRPC().policies.confirm.queryOptions(asked),
    staleTime: 10_000,
    refetchInterval: 30_000,
    retry: false,
  });
  if (asked !== question) return { state: "waiting" };
  if (answer.error) return { state: "failed", message: answer.error.message };
  return answer.data ? { state: "confirmed", draft: answer.data } : { state: "waiting" };
}

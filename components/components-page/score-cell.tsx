"use client";

import { useQuery } from "@tanstack/react-query";
import type { ComponentDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { number } from "../ui/format.ts";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Glyph } from "../ui/status.tsx";
import { bestOf } from "./prepare.ts";

interface ScoreCellProps {
  readonly component: string;
  readonly score: ComponentDto["status"]["score"];
  readonly isCandidate: boolean;
  readonly threshold: number;
  /** In a long list only those are asked for whose place is poor: they are who the best place matters to. */
  readonly askBest: boolean;
}

/** The score now beside its threshold, and the best that another place would give. */
export function ScoreCell({ component, score, isCandidate, threshold, askBest }: ScoreCellProps) {
  const nameOf = usePlaceNames();
  const scores = useQuery({
    ...useTRPC().components.scores.queryOptions({ component }),
    enabled: askBest || isCandidate,
    staleTime: 30_000,
    refetchInterval: 60_000,
  }).data;
  const now = score?.combined ?? null;
  const best = scores ? bestOf(scores) : null;
  if (now === null) return <span className="t3">{scores && !scores.evidence.sufficient ? "not enough evidence" : "–"}</span>;
  return (
    <span className="row g8">
      <span className="m right" style={{ minWidth: 20 }}>
        {number(Math.round(now))}
      </span>
      <span className="scorebar" aria-hidden="true">
        <span style={{ width: `${now}%`, background: now >= threshold ? "var(--better)" : "var(--worse)" }} />
        <i style={{ left: `${threshold}%` }} />
      </span>
      {best === null ? null : (
        <span className="t2 f12" title={`Best: ${best.dataCenter}`}>
          best {number(Math.round(best.combined))}, {best.isHere ? "here" : nameOf(best.dataCenter)}
        </span>
      )}
      {isCandidate ? (
        <span className="st f12">
          <Glyph meaning="warn" />
          candidate
        </span>
      ) : null}
    </span>
  );
}

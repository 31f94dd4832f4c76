"use client";

import { useQuery } from "@tanstack/react-query";
import type { MigrationDto, ScoresDto } from "../../server/api/shapes/index.ts";
import { LatencyCard } from "../components-page/latency-card.tsx";
import { useTRPC } from "../trpc/client.ts";
import { CommandLine, Loading, Problem } from "../ui/parts.tsx";
import { RangeSwitch, useRange } from "../ui/range.tsx";
import { Dependencies } from "./dependencies.tsx";
import { Constraints, Evidence, Flips } from "./reasons.tsx";
import { ScoreRows } from "./score-rows.tsx";

interface WhyHereProps {
  readonly component: string;
  readonly scores: {
    readonly data: ScoresDto | undefined;
    readonly error: { message: string } | null;
    readonly refetch: () => unknown;
  };
  readonly target: number | null;
  readonly migrations: readonly MigrationDto[];
}

/** Why it stands where it stands: every place it could have, and what speaks for and against each. */
export function WhyHere({ component, scores, target, migrations }: WhyHereProps) {
  const [range] = useRange();
  const planId = scores.data?.plan ?? null;
  const plan = useQuery({ ...useTRPC().plans.get.queryOptions({ id: planId ?? "" }), enabled: planId !== null }).data ?? null;
  const latency = (
    <div className="col" style={{ gap: 8 }}>
      <div className="row" style={{ justifyContent: "end" }}>
        <RangeSwitch />
      </div>
      <LatencyCard component={component} target={target} migrations={migrations} range={range} />
    </div>
  );
  if (!scores.data)
    return (
      <>
        {scores.error ? (
          <Problem error={scores.error} retry={() => void scores.refetch()} />
        ) : (
          <Loading what="scores" height={320} />
        )}
        {latency}
      </>
    );
  const plannedTo = plan?.moves.find((move) => move.component === component)?.to ?? null;
  return (
    <>
      <div className="cols2 whyhere">
        <div className="col14">
          <ScoreRows scores={scores.data} plannedTo={plannedTo} />
          <Dependencies scores={scores.data} plan={plan} />
        </div>
        <div className="col14">
          <Evidence scores={scores.data} />
          <Constraints scores={scores.data} />
          <Flips scores={scores.data} />
          {latency}
        </div>
      </div>
      <CommandLine text={`geostitch scores ${component}`} />
    </>
  );
}

"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { useEffect, useState } from "react";
import type { PlanDto } from "../../server/api/shapes/index.ts";
import { usePastReason } from "../time/use-past-reason.ts";
import { useTRPC } from "../trpc/client.ts";
import { timeAndZone } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { useKeys } from "../ui/keys.ts";
import { CommandLine, useNow } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { ReasonDialog } from "../ui/reason-dialog.tsx";
import { useRole } from "../ui/use-role.ts";
import { decisionOf, effectOf, reasonsOf, type Decision } from "./decide-prepare.ts";
import { modeOfPlan } from "./mode-prepare.ts";
import { movesDone } from "./prepare-detail.ts";
import { hasRun, isRunning } from "./prepare.ts";

/** Approve and reject keep their place through all states; the line beside them says why one is off. */
export function DecideBar({ plan }: { plan: PlanDto }) {
  const [asking, setAsking] = useState<"approve" | "reject" | null>(null);
  const decision = useDecision(plan);
  // A command may ask for the dialog; once it is open the address is the page's own again.
  const [asked, setAsked] = useQueryState("decide", parseAsStringLiteral(["approve", "reject"] as const));
  const isOff = (asked === "reject" ? decision.rejectOff : decision.approveOff) !== null;
  useEffect(() => {
    if (asked === null || isOff) return;
    setAsking(asked);
    void setAsked(null);
  }, [asked, setAsked, isOff]);
  useKeys({
    a: () => (decision.approveOff === null ? setAsking("approve") : undefined),
    r: () => (decision.rejectOff === null ? setAsking("reject") : undefined),
  });
  const moves = plan.moves.length === 1 ? "move" : `${plan.moves.length} moves`;
  return (
    <div className="decide">
      <div className="row g8 wrap">
        <span className="grow f12 t2 decidewords" role="status">
          <Words plan={plan} decision={decision} />
        </span>
        <button
          type="button"
          className="ctl lg danger"
          disabled={decision.rejectOff !== null}
          aria-keyshortcuts="R"
          onClick={() => setAsking("reject")}
        >
          Reject… <kbd aria-hidden="true">R</kbd>
        </button>
        <button
          type="button"
          className="ctl lg primary"
          disabled={decision.approveOff !== null}
          aria-keyshortcuts="A"
          onClick={() => setAsking("approve")}
        >
          Approve {moves} <kbd aria-hidden="true">A</kbd>
        </button>
      </div>
      <CommandLine
        text={plan.state === "proposed" ? `geostitch approve ${plan.id} --reason "…"` : `geostitch get plan ${plan.id} -o json`}
      />
      <DecideDialog plan={plan} asking={asking} close={() => setAsking(null)} />
    </div>
  );
}

function useDecision(plan: PlanDto): Decision {
  const now = useNow(1_000);
  const role = useRole();
  const trpc = useTRPC();
  const policies = useQuery(trpc.policies.page.queryOptions({ limit: 500 })).data?.items;
  const mode = policies ? modeOfPlan(plan, policies) : null;
  const freeze = useQuery(trpc.world.overview.queryOptions()).data?.freeze;
  const until = freeze?.until ? ` until ${timeAndZone(freeze.until)}` : "";
  const frozen = freeze?.frozen === true ? `Frozen${until} by ${freeze.by?.name ?? "somebody"}: “${freeze.reason ?? ""}”.` : null;
  return decisionOf(plan, { role, mode, frozen, past: usePastReason(), now });
}

function Words({ plan, decision }: { plan: PlanDto; decision: Decision }) {
  const { ended } = movesDone(plan);
  const runs = plan.moves.flatMap(({ migration }) => (migration === null ? [] : [migration]));
  return (
    <>
      {reasonsOf(decision) || "It begins at once when it is approved."}
      {decision.successor === null ? null : (
        <Link className="link" href={`/plans/${decision.successor}`}>
          {" "}
          Open {decision.successor}
        </Link>
      )}
      {isRunning(plan) || hasRun(plan) ? ` ${ended} of ${plan.moves.length} ended.` : ""}
      {runs.length === 1 ? (
        <Link className="link" href={`/migrations/${runs[0] ?? ""}`}>
          {" "}
          {hasRun(plan) ? "Open the run" : "Watch it move"}
        </Link>
      ) : null}
    </>
  );
}

interface DecideDialogProps {
  readonly plan: PlanDto;
  readonly asking: "approve" | "reject" | null;
  readonly close: () => void;
}

/** The second step: the effect in words, and a reason that the audit keeps. */
function DecideDialog({ plan, asking, close }: DecideDialogProps) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const nameOf = usePlaceNames();
  // Also when it was refused: somebody else may have decided meanwhile.
  const options = { onSettled: () => void queries.invalidateQueries({ queryKey: trpc.plans.pathKey() }) };
  const approve = useMutation({ ...trpc.plans.approve.mutationOptions(), ...options });
  const reject = useMutation({ ...trpc.plans.reject.mutationOptions(), ...options });
  if (asking === "reject")
    return (
      <ReasonDialog
        open
        onClose={close}
        label="Reject the plan"
        words="Nothing moves. The planner may propose it again once its inputs change; your reason stays in the audit."
        reasonLabel="Reason, needed to reject"
        placeholder="Payment freeze until Monday"
        command={(reason) => `geostitch reject ${plan.id} --reason ${reason}`}
        confirm="Reject the plan"
        tone="dangerfill"
        run={reject}
        act={(reason, done) => reject.mutate({ id: plan.id, reason }, done)}
      />
    );
  return (
    <ReasonDialog
      open={asking !== null}
      onClose={close}
      label="Approve the plan"
      words={effectOf(plan, nameOf)}
      reason="optional"
      reasonLabel="Reason, kept in the audit"
      placeholder="Matches the morning shift"
      command={(reason) => `geostitch approve ${plan.id} --reason ${reason}`}
      confirm="Approve and begin"
      run={approve}
      act={(reason, done) => approve.mutate({ id: plan.id, reason, hash: plan.hash }, done)}
    />
  );
}

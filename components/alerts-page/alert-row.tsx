"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { AlertDto, PlanDto } from "../../server/api/shapes/index.ts";
import { PlanNow } from "../plans-page/plan-now.tsx";
import { useTRPC } from "../trpc/client.ts";
import { Link } from "../ui/link.tsx";
import { Glyph, wordOf } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { useOffReason } from "../ui/use-role.ts";
import { hrefOf, meaningOfSeverity, reviewWords, viewRows } from "./prepare.ts";

interface AlertRowProps {
  readonly alert: AlertDto;
  /** The open plan that would help, once it has been read. */
  readonly plan: PlanDto | undefined;
  /** Of those with a plan: a page has one primary button. */
  readonly isFirst: boolean;
  readonly marked: boolean;
  readonly mark: () => void;
  readonly silence: () => void;
}

/** What is wrong, since when, why, and the way to what helps. */
export function AlertRow({ alert, plan, isFirst, marked, mark, silence }: AlertRowProps) {
  const { severity, message, since, cause, silence: silenced, object } = alert;
  const href = hrefOf(object);
  const off = useOffReason("operator");
  return (
    <li className={silenced === null ? "card alert" : "card alert silenced"} data-row data-alert={alert.id}>
      <input type="checkbox" checked={marked} onChange={mark} aria-label={`Mark: ${message}`} />
      <div className="col g4 grow">
        <div className="row g8 wrap">
          <span className="st f12">
            <Glyph meaning={meaningOfSeverity(severity)} />
            {wordOf(severity)}
          </span>
          {href === null ? (
            <span className="m">{message}</span>
          ) : (
            <Link className="m alertlink" href={href}>
              {message}
            </Link>
          )}
        </div>
        {cause.conclusion === null ? null : <p className="t2">{cause.conclusion}</p>}
        <Views alert={alert} />
        {silenced === null ? null : <Silenced alert={alert} off={off} />}
      </div>
      <div className="alertside">
        <span className="t2 f12">
          since <Time at={since} none="ever" />
        </span>
        <div className="row g8 wrap">
          {alert.plan !== null ? (
            <Link className={isFirst ? "ctl primary" : "ctl"} href={`/plans/${alert.plan}`}>
              {reviewWords(plan)}
            </Link>
          ) : alert.component !== null && object.kind === "Component" ? (
            <PlanNow components={[alert.component]} />
          ) : null}
          {silenced === null ? (
            <button type="button" className="ctl" disabled={off !== null} title={off ?? undefined} onClick={silence}>
              Silence…
            </button>
          ) : null}
        </div>
      </div>
    </li>
  );
}

function Views({ alert }: { alert: AlertDto }) {
  const rows = viewRows(alert);
  if (rows.length === 0) return null;
  return (
    <div className="row g16 wrap f12 t2">
      {rows.map(({ who, requests, errors, p95 }) => (
        <span key={who}>
          <span className="t3">{who}</span> {requests}, {errors}, {p95}
        </span>
      ))}
    </div>
  );
}

function Silenced({ alert: { id, silence }, off }: { alert: AlertDto; off: string | null }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const end = useMutation({
    ...trpc.alerts.endSilence.mutationOptions(),
    onSettled: () => queries.invalidateQueries({ queryKey: trpc.alerts.pathKey() }),
  });
  if (silence === null) return null;
  return (
    <p className="f12 t2">
      Silenced until <Time at={silence.until} as="full" /> by {silence.by.name}: “{silence.reason}”{" "}
      <button
        type="button"
        className="link"
        disabled={off !== null || end.isPending}
        title={off ?? undefined}
        onClick={() => end.mutate({ id })}
      >
        End it
      </button>
    </p>
  );
}

"use client";

import { useQueries } from "@tanstack/react-query";
import { IconDownload } from "@tabler/icons-react";
import type { MigrationDto, PlanDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { TableFoot } from "../ui/data-table.tsx";
import { milliseconds, number } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { Glyph, meaningOf, Status, wordOf } from "../ui/status.tsx";
import { promisedRange, verdictOf } from "../migrations-page/receipt.ts";
import { shortName } from "./prepare.ts";

/** What the plan promised against what its moves did. */
export function PlanReceipt({ plan }: { plan: PlanDto }) {
  const trpc = useTRPC();
  const ids = plan.moves.flatMap(({ migration }) => (migration === null ? [] : [migration]));
  const runs = useQueries({
    queries: ids.map((id) => trpc.migrations.get.queryOptions({ id })),
    combine: (results) => results.flatMap(({ data }) => (data ? [data] : [])),
  });
  const verdict = verdictOf(runs);
  return (
    <section className="card pad col" style={{ gap: 8 }}>
      <div className="row sb wrap g8">
        <h2 className="hd">
          Receipt <span className="sub">promise against outcome</span>
        </h2>
        <span className="row g8">
          <span className="chip">
            <Glyph meaning={meaningOf(verdict.state)} />
            {verdict.words}
          </span>
          <a className="ctl" href={`/api/v1/plans/${plan.id}`} download={`${plan.id}.json`}>
            <IconDownload size={15} stroke={1.6} aria-hidden="true" />
            JSON
          </a>
        </span>
      </div>
      <div className="tablewrap" tabIndex={0} role="region" aria-label="Receipt">
        <table className="dense">
          <thead>
            <tr>
              <th>Move</th>
              <th className="r">p95 promised</th>
              <th className="r">Outcome</th>
              <th className="r">Pause</th>
              <th className="r">Cost</th>
              <th className="r">Failed</th>
              <th>Verdict</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <ReceiptRow key={run.id} run={run} />
            ))}
          </tbody>
        </table>
      </div>
      <TableFoot
        name={`receipt-${plan.id}`}
        rows={runs.map(({ id, component, state, receipt }) => ({ migration: id, component, state, receipt }))}
      />
    </section>
  );
}

const dollars = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : `${number(value)} $`;

function ReceiptRow({ run }: { run: MigrationDto }) {
  const { receipt } = run;
  const promised = receipt?.promised ?? null;
  return (
    <tr>
      <td>
        <Link className="link" href={`/migrations/${run.id}`}>
          {shortName(run.component)}
        </Link>
      </td>
      <td className="r t2">{promisedRange(promised)}</td>
      <td className="r s">{milliseconds(receipt?.achieved.latencyMsP95)}</td>
      <td className="r">
        <b className="s">{milliseconds(receipt?.achieved.pauseMs)}</b>{" "}
        <span className="t2">of {promised ? milliseconds(promised.pauseMs) : "–"}</span>
      </td>
      <td className="r">
        <b className="s">{dollars(receipt?.achieved.costUsd)}</b> <span className="t2">of {dollars(promised?.costUsd)}</span>
      </td>
      <td className="r">{receipt ? number(receipt.failedRequests) : "–"}</td>
      <td>{receipt ? <Status state={receipt.verdict} /> : <span className="t2">{wordOf(run.state)}, no receipt</span>}</td>
    </tr>
  );
}

"use client";

import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { TableFoot } from "../ui/data-table.tsx";
import { number } from "../ui/format.ts";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Status } from "../ui/status.tsx";
import { canaryFigures, canaryRows, canarySentence } from "./canary-prepare.ts";

const STATES = { held: "succeeded", returned: "rolled_back", "insufficient-data": "insufficient-data" } as const;

/** The trial on a part of the users: who is where, and what both sides get. */
export function CanaryCard({ migration }: { migration: MigrationDto }) {
  const nameOf = usePlaceNames();
  const { canary } = migration;
  if (canary === null) return null;
  const share = canary.decision === null ? canary.percent : canary.decision === "returned" ? 0 : 100;
  return (
    <section className="card pad col" style={{ gap: 10 }} aria-label="Canary">
      <div className="row sb">
        <h2 className="hd">Canary</h2>
        <Status state={canary.decision === null ? "running" : STATES[canary.decision]} />
      </div>
      <p className="t2">{canarySentence(migration, nameOf)}</p>
      <span className="bar" role="img" aria-label={`${share} % of users in ${nameOf(migration.to)}`}>
        <span style={{ width: `${share}%`, background: "var(--live)" }} />
        <span style={{ width: `${100 - share}%`, background: "var(--text-2)" }} />
      </span>
      <table>
        <thead>
          <tr>
            <th>Users</th>
            <th className="r">Requests</th>
            <th className="r">Errors</th>
            <th className="r">p95</th>
          </tr>
        </thead>
        <tbody>
          {canaryRows(migration, nameOf).map((row) => (
            <tr key={row.key}>
              <td>{row.label}</td>
              <td className="r">{number(row.requests)}</td>
              <td className="r">{row.errors}</td>
              <td className="r">{row.latency}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <TableFoot name={`canary-${migration.id}`} rows={canaryFigures(migration)} />
      <p className="f12 t3">As the gateway sees it. Judged entry by entry, so that nobody is blamed for a longer way.</p>
    </section>
  );
}

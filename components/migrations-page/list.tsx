"use client";

import { useQuery } from "@tanstack/react-query";
import { Link } from "../ui/link.tsx";
import { useTRPC } from "../trpc/client.ts";
import { bytes, duration, milliseconds } from "../ui/format.ts";
import { Time } from "../ui/time.tsx";
import { Empty, Loading, Problem, useNow } from "../ui/parts.tsx";
import { PlaceName, usePlaceNames } from "../ui/place-name.tsx";
import { Status } from "../ui/status.tsx";
import { stepLabel } from "./prepare.ts";
import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { TableFoot } from "../ui/data-table.tsx";

export function MigrationsPage() {
  const migrations = useQuery(useTRPC().migrations.list.queryOptions({ limit: 200 }));
  return (
    <main className="page">
      <h1 className="title">Migrations</h1>
      {migrations.error ? <Problem error={migrations.error} retry={() => void migrations.refetch()} /> : null}
      {migrations.data === undefined ? (
        migrations.error ? null : (
          <Loading what="migrations" height={240} />
        )
      ) : (
        <MigrationTable migrations={migrations.data} />
      )}
    </main>
  );
}

export interface MigrationTableProps {
  readonly migrations: readonly MigrationDto[];
  readonly empty?: string;
  /** On a component's own page: its name, the step and the bytes are told elsewhere. */
  readonly narrow?: boolean;
}

export function MigrationTable({ migrations, empty, narrow = false }: MigrationTableProps) {
  const now = useNow();
  const nameOf = usePlaceNames();
  if (migrations.length === 0) {
    return (
      <Empty
        title={empty ?? "Nothing has moved yet."}
        command="geostitch migrate boutique/cart --from aws-us-east-1 --to aws-eu-central-1"
      >
        <span>A move begins on a component’s page, on the map, or from a terminal.</span>
      </Empty>
    );
  }
  return (
    <div>
      <div className="card tablewrap">
        <table className="data">
          <thead>
            <tr>
              <th>State</th>
              {narrow ? null : <th>Component</th>}
              <th>From</th>
              <th>To</th>
              {narrow ? null : <th>Step</th>}
              {narrow ? null : <th className="r">Copied</th>}
              <th className="r">Held</th>
              <th className="r">Failed</th>
              <th className="r">Pause</th>
              <th className="r">Took</th>
              <th className="r">Began</th>
            </tr>
          </thead>
          <tbody>
            {migrations.map((migration) => (
              <tr key={migration.id} data-link>
                <td>
                  <Link
                    className="link"
                    href={`/migrations/${migration.id}`}
                    aria-label={`Run ${migration.id}, ${migration.state}`}
                  >
                    <Status state={migration.state} />
                  </Link>
                </td>
                {narrow ? null : <td>{migration.component}</td>}
                <td>
                  {narrow ? (
                    <span title={migration.from}>{nameOf(migration.from)}</span>
                  ) : (
                    <PlaceName id={migration.from} names={nameOf} />
                  )}
                </td>
                <td>
                  {narrow ? (
                    <span title={migration.to}>{nameOf(migration.to)}</span>
                  ) : (
                    <PlaceName id={migration.to} names={nameOf} />
                  )}
                </td>
                {narrow ? null : <td>{stepCell(migration)}</td>}
                {narrow ? null : <td className="r">{bytes(copiedBytes(migration))}</td>}
                <td className="r">{migration.held.total}</td>
                <td className="r">{migration.held.failed}</td>
                <td className="r">{milliseconds(migration.pauseMs)}</td>
                <td className="r">{duration(migration.createdAt, migration.endedAt, now)}</td>
                <td className="r t2">
                  <Time at={migration.createdAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <TableFoot name="migrations" rows={migrations} command="geostitch get migrations -o json" path="/migrations" />
    </div>
  );
}

const copiedBytes = ({ receipt, steps }: MigrationDto): number | null =>
  receipt?.bytes ?? steps.find((step) => step.name === "pre-copy")?.bytes ?? null;

function stepCell({ waitingFor, step }: MigrationDto) {
  if (waitingFor) return <span className="t2">Waits: {waitingFor.code}</span>;
  return step === null ? "–" : stepLabel(step);
}

"use client";

import { useQuery } from "@tanstack/react-query";
import { IconArrowsExchange, IconDatabase, IconX } from "@tabler/icons-react";
import { useTRPC } from "../trpc/client.ts";
import { TableFoot } from "../ui/data-table.tsx";
import { milliseconds, number } from "../ui/format.ts";
import { Link } from "../ui/link.tsx";
import { Time } from "../ui/time.tsx";
import type { ComponentDto, MigrationDto } from "../../server/api/shapes/index.ts";
import type { ShownPlace } from "../time/as-of.ts";
import { DrainButton } from "../data-centers-page/drain-button.tsx";
import { LossNotice } from "../data-centers-page/loss-notice.tsx";
import { keyOf } from "../components-page/prepare.ts";
import type { MigrateTarget } from "../migrations-page/migrate-dialog.tsx";
import { stepLabel } from "../migrations-page/prepare.ts";
import { CommandLine } from "../ui/parts.tsx";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Glyph, meaningOf, Status } from "../ui/status.tsx";
import { UsersServed } from "./users-served.tsx";

interface InspectorProps {
  readonly place: ShownPlace;
  readonly components: readonly ComponentDto[];
  readonly migrations: readonly MigrationDto[];
  readonly close: () => void;
  readonly migrate: (target: MigrateTarget) => void;
}

/** One data centre: state, gauges, what runs there, what moved, its command. */
export function Inspector({ place, components, migrations, close, migrate }: InspectorProps) {
  const { metadata, spec, status } = place;
  const nameOf = usePlaceNames();
  const here = components.filter((component) =>
    component.status.placements.some((placement) => placement.dataCenter === metadata.name),
  );
  const recent = migrations.filter((migration) => migration.from === metadata.name || migration.to === metadata.name).slice(0, 5);
  const total = (resource: "cpuMillicores" | "memoryMiB" | "storageMiB"): number =>
    status.used[resource] + status.reserved[resource] + status.free[resource];
  const gauges = [
    ["CPU", status.used.cpuMillicores / Math.max(1, total("cpuMillicores"))],
    ["Memory", status.used.memoryMiB / Math.max(1, total("memoryMiB"))],
    ["Disk", status.used.storageMiB / Math.max(1, total("storageMiB"))],
  ] as const;
  return (
    <aside className="inspector" aria-label={`Data centre ${metadata.name}`}>
      <div className="row sb">
        <span className="t2 f12">Data centre</span>
        <button type="button" className="ctl ghost icon" onClick={close} aria-label="Close">
          <IconX size={16} stroke={1.6} aria-hidden="true" />
        </button>
      </div>
      <div>
        <div className="row g8">
          <h2 className="title">{spec.location.city ?? metadata.name}</h2>
          <Status state={status.state} />
        </div>
        <span className="mono t2 f12">
          {metadata.name} · {spec.location.country}
        </span>
      </div>
      <LossNotice place={place} />
      <DrainButton place={place} />
      <div className="row g16">
        {gauges.map(([label, share]) => (
          <div key={label} className="grow">
            <div className="row sb f12">
              <span className="t2">{label}</span>
              <span className="m">{Math.round(share * 100)} %</span>
            </div>
            <div className="bar" style={{ marginTop: 4 }}>
              <span
                style={{ width: `${Math.min(100, share * 100)}%`, background: share > 0.75 ? "var(--warn)" : "var(--text-2)" }}
              />
            </div>
          </div>
        ))}
      </div>
      <hr />
      <Contents here={here} migrate={(component) => migrate({ component, from: metadata.name })} />
      <hr />
      <UsersServed dataCenter={metadata.name} />
      <hr />
      <h3 className="hd">
        Recent <span className="sub">this data centre</span>
      </h3>
      {recent.length === 0 ? <p className="t2 f12">Nothing has come or gone.</p> : null}
      {recent.map((migration) => (
        <Link key={migration.id} className="row g8 f12" href={`/migrations/${migration.id}`}>
          <span className="mono t3">
            <Time at={migration.createdAt} as="minute" />
          </span>
          <Glyph meaning={meaningOf(migration.state)} />
          <span>
            {migration.component.split("/")[1]}{" "}
            {migration.to === metadata.name ? `from ${nameOf(migration.from)}` : `to ${nameOf(migration.to)}`},{" "}
            {migration.step !== null && migration.endedAt === null ? stepLabel(migration.step) : migration.state}
          </span>
        </Link>
      ))}
      <span className="grow" />
      <CommandLine text={`geostitch get data-center ${metadata.name}`} />
    </aside>
  );
}

/** What runs here, slowest first, with what each answered in the last minute. */
function Contents({ here, migrate }: { here: readonly ComponentDto[]; migrate: (component: string) => void }) {
  const minute = useQuery({ ...useTRPC().kpis.lastMinute.queryOptions(), refetchInterval: 10_000 }).data;
  const figures = new Map(minute?.components.map((entry) => [entry.component, entry]));
  const p95 = (component: ComponentDto): number => figures.get(keyOf(component))?.latencyMs.p95 ?? 0;
  const rows = [...here].sort((a, b) => p95(b) - p95(a));
  return (
    <section>
      <h3 className="hd">
        Components <span className="sub">{here.length}</span>
      </h3>
      {here.length === 0 ? <p className="t2 f12">Nothing runs here.</p> : null}
      <table>
        <thead className={here.length === 0 ? "sr" : ""}>
          <tr>
            <th>Name</th>
            <th className="r">Req/s</th>
            <th className="r">p95</th>
            <th>
              <span className="sr">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((component) => (
            <tr key={keyOf(component)}>
              <td>
                <span className="st">
                  <Glyph meaning={meaningOf(component.status.state)} />
                  <Link className="link" href={`/components/${keyOf(component)}`}>
                    {component.metadata.name}
                  </Link>
                  {component.spec.state.kind === "stateless" ? null : (
                    <IconDatabase
                      size={14}
                      stroke={1.6}
                      color="var(--text-3)"
                      role="img"
                      aria-label={`${component.spec.state.kind} state`}
                    />
                  )}
                </span>
              </td>
              <td className="r t2">{number(figures.get(keyOf(component))?.requestsPerSecond)}</td>
              <td className="r">{milliseconds(figures.get(keyOf(component))?.latencyMs.p95)}</td>
              <td className="r" style={{ width: 36 }}>
                <button
                  type="button"
                  className="ctl ghost icon"
                  disabled={component.status.migration !== null}
                  aria-label={`Migrate ${component.metadata.name}`}
                  title={`Migrate ${component.metadata.name}`}
                  onClick={() => migrate(keyOf(component))}
                >
                  <IconArrowsExchange size={15} stroke={1.6} aria-hidden="true" />
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? null : (
        <TableFoot
          name="components-here"
          rows={rows.map((component) => {
            const { requestsPerSecond = null, latencyMs = null } = figures.get(keyOf(component)) ?? {};
            return { component: keyOf(component), state: component.status.state, requestsPerSecond, latencyMs };
          })}
        />
      )}
    </section>
  );
}

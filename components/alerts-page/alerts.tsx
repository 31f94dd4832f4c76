"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsString, parseAsStringLiteral, useQueryState } from "nuqs";
import { useState } from "react";
import type { AlertDto, AlertsDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { useLive } from "../trpc/live.tsx";
import { DataTable, type Column, TableFoot } from "../ui/data-table.tsx";
import { lengthInWords } from "../ui/format.ts";
import { useKeys } from "../ui/keys.ts";
import { CommandLine, Empty, Loading, Problem } from "../ui/parts.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { Glyph, wordOf } from "../ui/status.tsx";
import { Time } from "../ui/time.tsx";
import { useOffReason } from "../ui/use-role.ts";
import { AlertRow } from "./alert-row.tsx";
import { alertList, lastedMs, meaningOfSeverity, SHOWN } from "./prepare.ts";
import { SilenceDialog } from "./silence-dialog.tsx";

/** What is wrong now, with why and what would help; and what was wrong today. */
export function AlertsPage() {
  const { connected } = useLive();
  const alerts = useQuery({ ...useTRPC().alerts.list.queryOptions(), refetchInterval: 10_000 });
  return (
    <main className="page">
      <h1 className="title">Alerts</h1>
      {alerts.error ? <Problem error={alerts.error} retry={() => void alerts.refetch()} /> : null}
      {alerts.data ? (
        <div className={connected ? "col14" : "col14 stale"}>
          <Now alerts={alerts.data} />
          <Ended ended={alerts.data.ended} />
        </div>
      ) : alerts.error ? null : (
        <Loading what="alerts" height={320} />
      )}
      <CommandLine text="geostitch get alerts" />
    </main>
  );
}

function Now({ alerts }: { alerts: AlertsDto }) {
  const [shown, setShown] = useQueryState("shown", parseAsStringLiteral(SHOWN).withDefault("open"));
  const [filter, setFilter] = useQueryState("q", parseAsString.withDefault(""));
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const [asking, setAsking] = useState<readonly string[]>([]);
  const plans = useQuery(useTRPC().plans.list.queryOptions({ states: ["proposed"], limit: 50 })).data ?? [];
  const { rows, counts } = alertList(alerts.items, shown, filter);
  // What was marked may be over meanwhile.
  const chosen = rows.filter(({ id }) => marked.has(id)).map(({ id }) => id);
  const mark = (id: string): void =>
    setMarked(new Set(marked.has(id) ? [...marked].filter((other) => other !== id) : [...marked, id]));
  const off = useOffReason("operator");
  const focused = (): string | undefined => document.activeElement?.closest<HTMLElement>("[data-alert]")?.dataset["alert"];
  useKeys({
    s: () => {
      if (off !== null) return;
      const id = focused();
      if (chosen.length > 0) setAsking(chosen);
      else if (id !== undefined) setAsking([id]);
    },
  });
  return (
    <section className="col14" aria-label="What is wrong now">
      <div className="row g12 wrap">
        <input
          type="search"
          style={{ maxWidth: 280 }}
          placeholder="Filter by words, object or place ( / )"
          aria-label="Filter alerts"
          value={filter}
          onChange={(event) => void setFilter(event.target.value || null)}
        />
        <Segmented
          label="Alerts shown"
          value={shown}
          onChange={(next) => void setShown(next)}
          options={SHOWN.map((value) => ({ value, label: wordOf(value), count: counts[value] }))}
        />
        {chosen.length > 0 ? (
          <button
            type="button"
            className="ctl"
            disabled={off !== null}
            title={off ?? undefined}
            onClick={() => setAsking(chosen)}
          >
            Silence {chosen.length} <kbd aria-hidden="true">S</kbd>
          </button>
        ) : null}
      </div>
      {rows.length === 0 ? (
        <Nothing
          all={alerts.items}
          ended={alerts.ended.length}
          filter={filter}
          clear={() => void Promise.all([setFilter(null), setShown(null)])}
        />
      ) : (
        <div>
          <ul className="alerts">
            {rows.map((alert) => (
              <AlertRow
                key={alert.id}
                alert={alert}
                isFirst={alert === rows.find(({ plan }) => plan !== null)}
                plan={plans.find(({ id }) => id === alert.plan)}
                marked={marked.has(alert.id)}
                mark={() => mark(alert.id)}
                silence={() => setAsking([alert.id])}
              />
            ))}
          </ul>
          <TableFoot name="alerts" rows={rows} command="geostitch get alerts -o json" path="/alerts" />
        </div>
      )}
      <SilenceDialog ids={asking} onClose={() => setAsking([])} />
    </section>
  );
}

interface NothingProps {
  readonly all: readonly AlertDto[];
  readonly ended: number;
  readonly filter: string;
  readonly clear: () => void;
}

function Nothing({ all, ended, filter, clear }: NothingProps) {
  const lastDay = ended === 0 ? "Nothing ended in the last 24 h either." : `Last 24 h: ${ended} ended.`;
  if (all.length === 0) return <Empty title="Nothing is wrong.">{lastDay}</Empty>;
  return (
    <Empty title={filter === "" ? "No alert of this kind." : `“${filter}” leaves nothing.`}>
      <button type="button" className="ctl" onClick={clear}>
        Show the open ones
      </button>
    </Empty>
  );
}

const COLUMNS: readonly Column[] = [
  { label: "Severity" },
  { label: "What" },
  { label: "Began" },
  { label: "Over", right: true },
  { label: "Lasted", right: true },
];

function Ended({ ended }: { ended: AlertsDto["ended"] }) {
  if (ended.length === 0) return null;
  return (
    <section className="col g8">
      <h2 className="hd">
        Over <span className="sub">last 24 h</span>
      </h2>
      <DataTable
        caption="Alerts that are over"
        columns={COLUMNS}
        exported={{ name: "alerts-over", rows: ended, path: "/alerts" }}
      >
        {ended.map((episode) => (
          <tr key={`${episode.id} ${episode.beganAt}`}>
            <td>
              <span className="st">
                <Glyph meaning={meaningOfSeverity(episode.severity)} />
                {wordOf(episode.severity)}
              </span>
            </td>
            <td>{episode.message}</td>
            <td className="t2">
              <Time at={episode.beganAt} as="full" />
            </td>
            <td className="r t2">
              <Time at={episode.lastAt} />
            </td>
            <td className="r">{lengthInWords(lastedMs(episode))}</td>
          </tr>
        ))}
      </DataTable>
    </section>
  );
}

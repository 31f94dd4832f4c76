"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsInteger, parseAsString, useQueryState, useQueryStates } from "nuqs";
import { useTRPC } from "../trpc/client.ts";
import { useLive } from "../trpc/live.tsx";
import { CommandLine, Empty, Loading, Problem } from "../ui/parts.tsx";
import { needsRole } from "../ui/role-reason.ts";
import { EntryDetail } from "./entry-detail.tsx";
import { EntryTable } from "./entry-table.tsx";
import { Export } from "./export.tsx";
import { Filters, FILTER_PARSERS, sought } from "./filters.tsx";
import { Verify } from "./verify.tsx";

const PAGE = 100;

/** Who did what, when and why; and whether all of it is still what was written. */
export function AuditPage() {
  const [filter, setFilter] = useQueryStates(FILTER_PARSERS);
  const [cursor, setCursor] = useQueryState("cursor", parseAsString.withOptions({ history: "push" }));
  const [opened, setOpened] = useQueryState("entry", parseAsInteger);
  const { connected } = useLive();
  const entries = useQuery({
    ...useTRPC().audit.list.queryOptions({ limit: PAGE, cursor, ...sought(filter) }),
    placeholderData: (before) => before,
  });
  const forbidden = entries.error?.data?.code === "FORBIDDEN";
  const items = entries.data?.items ?? [];
  const entry = items.find(({ seq }) => seq === opened) ?? null;
  const isFiltered = Object.keys(sought(filter)).length > 0;
  const clear = (): void => {
    void setFilter(null);
    void setCursor(null);
  };
  if (forbidden)
    return (
      <main className="page">
        <h1 className="title">Audit</h1>
        <Empty title={needsRole("approver")}>
          <span>An administrator can give it.</span>
        </Empty>
      </main>
    );
  return (
    <main className="page">
      <div className="row sb wrap g12">
        <h1 className="title">Audit</h1>
        <Export filter={sought(filter)} />
      </div>
      <Verify />
      <Filters filter={filter} setFilter={(next) => void setFilter(next).then(() => setCursor(null))} clear={clear} />
      {entries.error ? <Problem error={entries.error} retry={() => void entries.refetch()} /> : null}
      {entries.data === undefined && !entries.error ? <Loading what="the audit" height={320} /> : null}
      {entries.data && items.length === 0 ? (
        <Empty title={isFiltered ? "No entry fits the filter." : "Nothing has been changed yet."}>
          {isFiltered ? (
            <button type="button" className="ctl" onClick={clear}>
              Remove the filter
            </button>
          ) : (
            <span>Every change leaves an entry, in the transaction that made it.</span>
          )}
        </Empty>
      ) : null}
      {items.length > 0 ? (
        <div className={`${entry ? "cols auditcols" : ""}${connected ? "" : " stale"}`}>
          <div className="col14">
            <EntryTable entries={items} opened={opened} open={(seq) => void setOpened(seq === opened ? null : seq)} />
            <div className="row g8">
              <button type="button" className="ctl" disabled={cursor === null} onClick={() => void setCursor(null)}>
                Newest
              </button>
              <button
                type="button"
                className="ctl"
                disabled={(entries.data?.nextCursor ?? null) === null}
                onClick={() => void setCursor(entries.data?.nextCursor ?? null)}
              >
                Older
              </button>
              <span className="f12 t3">
                {items[0]?.seq} to {items.at(-1)?.seq}, {items.length} entries
              </span>
            </div>
          </div>
          {entry ? <EntryDetail entry={entry} close={() => void setOpened(null)} /> : null}
        </div>
      ) : null}
      <CommandLine text="geostitch audit verify" />
    </main>
  );
}

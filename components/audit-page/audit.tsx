"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../trpc/client.ts";
import { CommandLine, Empty, Loading, Problem } from "../ui/parts.tsx";
import { Glyph } from "../ui/status.tsx";

export function AuditPage() {
  const trpc = useTRPC();
  const entries = useQuery(trpc.audit.list.queryOptions({ limit: 200 }));
  const verdict = useQuery({ ...trpc.audit.verify.queryOptions(), enabled: entries.data !== undefined, refetchInterval: 60_000 });
  const forbidden = entries.error?.data?.code === "FORBIDDEN";
  return (
    <main className="page">
      <div className="row g12">
        <h1 className="title">Audit</h1>
        {verdict.data ? (
          <span className="chip">
            <Glyph meaning={verdict.data.ok ? "ok" : "crit"} />
            {verdict.data.ok
              ? `Chain whole, ${verdict.data.entries} entries`
              : `Entry ${verdict.data.firstBad ?? "?"}: ${verdict.data.problem ?? ""}`}
          </span>
        ) : null}
      </div>
      {forbidden ? (
        <Empty title="Needs the role approver.">
          <span>An administrator can give it.</span>
        </Empty>
      ) : null}
      {entries.error && !forbidden ? <Problem error={entries.error} retry={() => void entries.refetch()} /> : null}
      {entries.data === undefined && !entries.error ? <Loading what="the audit" height={320} /> : null}
      {entries.data ? (
        <div className="card tablewrap">
          <table className="data">
            <thead>
              <tr>
                <th className="r">No.</th>
                <th>When, UTC</th>
                <th>Who</th>
                <th>What</th>
                <th>Object</th>
                <th>Why</th>
                <th>Hash</th>
              </tr>
            </thead>
            <tbody>
              {entries.data.items.map((entry) => (
                <tr key={entry.seq}>
                  <td className="r">{entry.seq}</td>
                  <td className="mono f12">{entry.at.slice(0, 19).replace("T", " ")}</td>
                  <td>
                    {entry.actor.name} <span className="t3">{entry.actor.role ?? entry.actor.kind}</span>
                  </td>
                  <td>{entry.action}</td>
                  <td className="mono f12">{entry.object.id}</td>
                  <td className="t2 wrap">{entry.reason ?? "–"}</td>
                  <td className="mono f12 t3">{entry.hash?.slice(0, 10) ?? "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : null}
      <CommandLine text="geostitch audit verify" />
    </main>
  );
}

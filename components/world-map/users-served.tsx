"use client";

import { useQuery } from "@tanstack/react-query";
import { useTRPC } from "../trpc/client.ts";
import { TableFoot } from "../ui/data-table.tsx";
import { milliseconds, number } from "../ui/format.ts";
import { latencyBin } from "./latency-bins.ts";
import { useSpan } from "../time/use-span.ts";
import { HiddenHead } from "../ui/hidden-head.tsx";

const LENGTH_MS_MAX = 400;

/** Who is served from here, by region: how many requests, and how long they take. */
export function UsersServed({ dataCenter, component }: { dataCenter?: string; component?: string }) {
  const latency = useQuery({
    ...useTRPC().users.latency.queryOptions({
      dataCenter: dataCenter ?? null,
      component: component ?? null,
      ...useSpan(5),
      step: 10,
    }),
    refetchInterval: 15_000,
    placeholderData: (before) => before,
  });
  const rows = [...(latency.data?.series ?? [])]
    .filter(({ whole }) => whole.requestsPerSecond !== null)
    .sort((a, b) => (b.whole.requestsPerSecond ?? 0) - (a.whole.requestsPerSecond ?? 0));
  return (
    <section>
      <h3 className="hd" style={{ marginBottom: 6 }}>
        Users served <span className="sub">p95 by region, last 5 min</span>
      </h3>
      {rows.length === 0 ? <p className="t2 f12">{latency.data ? "Nobody in the last five minutes." : "…"}</p> : null}
      <table className="plain">
        <HiddenHead columns={["Region", "Requests a second", "p95 as a bar", "p95"]} />
        <tbody>
          {rows.map(({ region, whole }) => (
            <tr key={region}>
              <td>{region}</td>
              <td className="r t2">{number(whole.requestsPerSecond)}/s</td>
              <td style={{ width: 108, paddingLeft: 12 }}>
                <span className="bar" aria-hidden="true">
                  <span
                    style={{
                      width: `${Math.min(100, ((whole.latencyMs.p95 ?? 0) / LENGTH_MS_MAX) * 100)}%`,
                      background: `var(--lat-${latencyBin(whole.latencyMs.p95)})`,
                    }}
                  />
                </span>
              </td>
              <td className="r" style={{ width: 64 }}>
                {milliseconds(whole.latencyMs.p95)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length === 0 ? null : (
        <TableFoot name="users-served" rows={rows.map(({ region, whole }) => ({ region, ...whole }))} />
      )}
    </section>
  );
}

"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconDownload } from "@tabler/icons-react";
import { useTRPC } from "../trpc/client.ts";
import { download, toCsv } from "../ui/download.ts";
import { Problem } from "../ui/parts.tsx";
import { entryCsvRows, toNdjson, type AuditEntry } from "./prepare.ts";

const PAGE = 500;
/** More than a browser should hold at once: a whole audit is the API's to hand out. */
const ENTRIES_MAX = 20_000;

/** Everything that fits the filter, page by page, as a file. */
export function Export({ filter }: { filter: Record<string, string> }) {
  const trpc = useTRPC();
  const queries = useQueryClient();
  const run = useMutation({
    mutationFn: async (format: "ndjson" | "csv") => {
      const entries: AuditEntry[] = [];
      for (let cursor: string | null = null; entries.length < ENTRIES_MAX;) {
        const page: { items: AuditEntry[]; nextCursor: string | null } = await queries.query(
          trpc.audit.list.queryOptions({ limit: PAGE, cursor, ...filter }),
        );
        entries.push(...page.items);
        cursor = page.nextCursor;
        if (cursor === null) break;
      }
      if (format === "csv") download("audit.csv", "text/csv", toCsv(entryCsvRows(entries)));
      else download("audit.ndjson", "application/x-ndjson", toNdjson(entries));
      return entries.length;
    },
  });
  return (
    <div className="row g8 wrap">
      {run.error ? <Problem error={run.error} /> : null}
      {run.data === undefined ? null : (
        <span role="status" className="f12 t3">
          {new Intl.NumberFormat("en").format(run.data)} entries handed out
        </span>
      )}
      {(["ndjson", "csv"] as const).map((format) => (
        <button key={format} type="button" className="ctl" disabled={run.isPending} onClick={() => run.mutate(format)}>
          <IconDownload size={15} stroke={1.6} aria-hidden="true" />
          {format.toUpperCase()}
        </button>
      ))}
    </div>
  );
}

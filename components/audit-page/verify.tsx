"use client";

import { useQuery } from "@tanstack/react-query";
import { IconShieldCheck } from "@tabler/icons-react";
import { useTRPC } from "../trpc/client.ts";
import { Problem } from "../ui/parts.tsx";
import { Glyph } from "../ui/status.tsx";
import { verdictWords } from "./prepare.ts";
import { Time } from "../ui/time.tsx";

/** Reads the whole chain when somebody asks: it is as long as the installation is old. */
export function Verify() {
  const verdict = useQuery({ ...useTRPC().audit.verify.queryOptions(), enabled: false, staleTime: Number.POSITIVE_INFINITY });
  const { data, error, isFetching, dataUpdatedAt } = verdict;
  return (
    <div className="row g12 wrap">
      <button type="button" className="ctl lg" disabled={isFetching} onClick={() => void verdict.refetch()}>
        <IconShieldCheck size={16} stroke={1.6} aria-hidden="true" />
        {isFetching ? "Verifying" : "Verify the chain"}
      </button>
      <span role="status" className="st" style={{ whiteSpace: "normal" }}>
        {data && !error ? (
          <>
            <Glyph meaning={data.ok ? "ok" : "crit"} />
            <span>
              {verdictWords(data)}{" "}
              <span className="t3">
                Read at <Time at={new Date(dataUpdatedAt).toISOString()} as="second" />.
              </span>
            </span>
          </>
        ) : (
          <span className="t3 f12">Each entry holds the hash of the one before it.</span>
        )}
      </span>
      {error ? <Problem error={error} retry={() => void verdict.refetch()} /> : null}
    </div>
  );
}

"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PolicyVersionDto } from "../../server/api/shapes/index.ts";
import { useTRPC } from "../trpc/client.ts";
import { ago } from "../ui/format.ts";
import { CommandLine, Dialog, Loading, Problem, useNow } from "../ui/parts.tsx";
import { useOffReason } from "../ui/use-role.ts";
import { ChangesTable } from "./changes-table.tsx";
import { changesOf } from "./draft.ts";
import { useRefreshPolicies } from "./use-refresh-policies.ts";

const PAGE = 50;

interface HistoryProps {
  readonly name: string;
  readonly generation: number;
  readonly open: boolean;
  readonly close: () => void;
  readonly onRemoved: () => void;
}

/** Every generation: who, when, why, and what it changed. */
export function History({ name, generation, open, close, onRemoved }: HistoryProps) {
  return (
    <Dialog open={open} onClose={close} label={`History of ${name}`}>
      <div className="form polhistory">
        <h2 className="title">History of {name}</h2>
        <Versions {...{ name, generation }} />
        <CommandLine text={`geostitch policy history ${name}`} />
        <div className="row g8" style={{ justifyContent: "end" }}>
          {name === "default" ? null : <Remove {...{ name, onRemoved }} />}
          <span className="grow" />
          <button type="button" className="ctl lg" onClick={close}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  );
}

function Versions({ name, generation }: Pick<HistoryProps, "name" | "generation">) {
  const off = useOffReason("administrator");
  const [limit, setLimit] = useState(PAGE);
  const [chosen, setChosen] = useState<number | null>(null);
  const versions = useQuery({
    ...useTRPC().policies.versions.queryOptions({ name, limit }),
    placeholderData: (before) => before,
  });
  const now = useNow(30_000);
  if (versions.error) return <Problem error={versions.error} retry={() => void versions.refetch()} />;
  if (!versions.data) return <Loading what="the history" />;
  const { items, nextCursor } = versions.data;
  return (
    <ol className="versions">
      {items.map((version, index) => (
        <li key={version.generation}>
          <div className="row g8 wrap">
            <strong>{version.generation}</strong>
            {version.generation === generation ? <span className="chip">live</span> : null}
            <span className="t2 f12 grow" title={version.at}>
              {version.by.name}, {ago(version.at, now)}
              {version.revertOf === null ? "" : `, brought ${version.revertOf} back`}
            </span>
            {version.generation === generation ? null : (
              <button
                type="button"
                className="ctl"
                disabled={off !== null}
                title={off ?? undefined}
                onClick={() => setChosen(chosen === version.generation ? null : version.generation)}
              >
                Revert to {version.generation}
              </button>
            )}
          </div>
          <p>{version.reason ?? "Applied with a manifest"}</p>
          <VersionDiff version={version} before={items[index + 1] ?? null} />
          {chosen === version.generation ? (
            <RevertForm name={name} generation={version.generation} done={() => setChosen(null)} />
          ) : null}
        </li>
      ))}
      {nextCursor === null || limit >= 500 ? null : (
        <li>
          <button type="button" className="ctl" onClick={() => setLimit(Math.min(500, limit + PAGE))}>
            Show older
          </button>
        </li>
      )}
    </ol>
  );
}

type Version = Pick<PolicyVersionDto, "generation" | "spec">;

function VersionDiff({ version, before }: { version: Version; before: Version | null }) {
  if (before === null) return null;
  const changes = changesOf(before.spec, version.spec);
  return (
    <details>
      <summary className="f12 link">
        {changes.length} {changes.length === 1 ? "change" : "changes"} to {before.generation}
      </summary>
      <ChangesTable caption={`${version.generation} against ${before.generation}`} changes={changes} />
    </details>
  );
}

function RevertForm({ name, generation, done }: { name: string; generation: number; done: () => void }) {
  const refresh = useRefreshPolicies();
  const [reason, setReason] = useState("");
  const revert = useMutation({
    ...useTRPC().policies.revert.mutationOptions(),
    onSuccess: async () => {
      await refresh();
      done();
    },
  });
  return (
    <form
      className="row g8 wrap"
      onSubmit={(event) => {
        event.preventDefault();
        revert.mutate({ name, generation, reason });
      }}
    >
      <input
        className="grow"
        aria-label="Reason to revert"
        placeholder="Reason, kept in the audit log"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        required
      />
      <button type="submit" className="ctl lg primary" disabled={revert.isPending || reason.trim() === ""}>
        Bring {generation} back
      </button>
      {revert.error ? <Problem error={revert.error} /> : null}
    </form>
  );
}

/** Two steps: what is removed falls to the default policy at once. */
function Remove({ name, onRemoved }: Pick<HistoryProps, "name" | "onRemoved">) {
  const off = useOffReason("administrator");
  const refresh = useRefreshPolicies();
  const [isSure, setSure] = useState(false);
  const remove = useMutation({
    ...useTRPC().policies.remove.mutationOptions(),
    onSuccess: async () => {
      await refresh();
      onRemoved();
    },
  });
  if (!isSure)
    return (
      <button
        type="button"
        className="ctl lg danger"
        disabled={off !== null}
        title={off ?? undefined}
        onClick={() => setSure(true)}
      >
        Remove the policy…
      </button>
    );
  return (
    <>
      <button type="button" className="ctl lg dangerfill" disabled={remove.isPending} onClick={() => remove.mutate({ name })}>
        Remove, the default applies
      </button>
      {remove.error ? <Problem error={remove.error} /> : null}
    </>
  );
}

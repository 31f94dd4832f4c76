"use client";

import { IconX } from "@tabler/icons-react";
import { Link } from "../ui/link.tsx";
import { KeyValues } from "../ui/parts.tsx";
import { changesOf, hrefOf, type AuditEntry } from "./prepare.ts";

/** One entry: who, why, and leaf by leaf what it changed. */
export function EntryDetail({ entry, close }: { entry: AuditEntry; close: () => void }) {
  const href = hrefOf(entry.object);
  const changes = changesOf(entry);
  return (
    <aside className="card pad col auditdetail" style={{ gap: 12 }} aria-label={`Entry ${entry.seq}`}>
      <div className="row sb">
        <h2 className="hd" style={{ fontSize: 14 }}>
          Entry {entry.seq} <span className="sub">{entry.action}</span>
        </h2>
        <button type="button" className="ctl ghost icon" onClick={close} aria-label="Close">
          <IconX size={16} stroke={1.6} aria-hidden="true" />
        </button>
      </div>
      <KeyValues
        rows={[
          ["When", `${entry.at.replace("T", " ").replace("Z", "")} UTC`],
          ["Who", `${entry.actor.name}, ${entry.actor.role ?? entry.actor.kind}`],
          ["Object", `${entry.object.kind} ${entry.object.id}`],
          ["Why", entry.reason ?? "no reason given"],
          ["Request", entry.requestId ?? "–"],
        ]}
      />
      {href === null ? null : (
        <Link className="link f12" href={href}>
          Open {entry.object.id}
        </Link>
      )}
      <section>
        <h3 className="hd">
          What changed <span className="sub">{changes.length === 0 ? "nothing is recorded" : `${changes.length} values`}</span>
        </h3>
        <dl className="changes">
          {changes.map(({ path, before, after }) => (
            <div key={path}>
              <dt className="mono f12 t2">{path}</dt>
              {before === null ? null : (
                <dd className="was">
                  <span aria-hidden="true">−</span>
                  <span className="sr">before: </span>
                  <code>{before}</code>
                </dd>
              )}
              {after === null ? null : (
                <dd className="is">
                  <span aria-hidden="true">+</span>
                  <span className="sr">after: </span>
                  <code>{after}</code>
                </dd>
              )}
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h3 className="hd">Chain</h3>
        <p className="mono f11 t3" style={{ overflowWrap: "anywhere" }}>
          {entry.previousHash ?? "the first"} →<br />
          {entry.hash ?? "–"}
        </p>
      </section>
    </aside>
  );
}

"use client";

import type { MigrationDto } from "../../server/api/shapes/index.ts";
import { timeToMillisecond, bytes, milliseconds, number } from "../ui/format.ts";
import { usePlaceNames } from "../ui/place-name.tsx";
import { Glyph, Status } from "../ui/status.tsx";
import { eventLines } from "./event-lines.ts";
import type { Usual } from "./past-runs.ts";
import { hasEnded, logShare } from "./prepare.ts";
import { promisedRange } from "./receipt.ts";

const Card = ({ title, sub, children }: { title: string; sub?: string; children: React.ReactNode }) => (
  <section className="card pad col" style={{ gap: 10 }}>
    <h2 className="hd">
      {title} {sub ? <span className="sub">{sub}</span> : null}
    </h2>
    {children}
  </section>
);

/** How much of the pause budget is used: while requests wait it runs, afterwards it stands. */
export function PauseCard({ migration, usual, now }: { migration: MigrationDto; usual: Usual | null; now: number }) {
  const pause = migration.steps.find((step) => step.name === "pause");
  const resume = migration.steps.find((step) => step.name === "resume");
  const running = (pause?.startedAt ?? null) !== null && (resume?.endedAt ?? null) === null && !hasEnded(migration);
  const used = migration.pauseMs ?? (running && pause?.startedAt ? Math.max(0, now - Date.parse(pause.startedAt)) : null);
  const share = (ms: number): number => Math.min(100, (ms / migration.pauseBudgetMs) * 100);
  if (pause?.state === "skipped") {
    return (
      <Card title="Pause">
        <p className="t2">None: it keeps no state, so the new copy serves before the old one goes.</p>
      </Card>
    );
  }
  return (
    <section className="card pad col" style={{ gap: 10 }}>
      <div className="row sb">
        <h2 className="hd">Pause budget</h2>
        <span>
          <span className="f20 s">{seconds(used)}</span> <span className="t2">of {seconds(migration.pauseBudgetMs)} s</span>
        </span>
      </div>
      <div>
        <div className="budget" aria-hidden="true">
          {usual ? (
            <i
              style={{
                left: `${share(usual.lowMs)}%`,
                width: `${Math.max(1, share(usual.highMs) - share(usual.lowMs))}%`,
              }}
            />
          ) : null}
          <span style={{ width: `${share(used ?? 0)}%` }} />
        </div>
        <div className="row sb f11 t3" style={{ marginTop: 3 }}>
          <span>{usual ? `usual ${seconds(usual.lowMs)} to ${seconds(usual.highMs)} s` : ""}</span>
          <span>aborts by itself</span>
        </div>
      </div>
      <hr />
      <h3 className="hd">Held requests</h3>
      <dl className="kv" style={{ gridTemplateColumns: "repeat(4,1fr)", columnGap: 12 }}>
        {(
          [
            ["Held now", migration.held.now],
            ["Most at once", migration.held.max],
            ["Held in all", migration.held.total],
            ["Failed", migration.held.failed],
          ] as const
        ).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="f16 s" style={{ textAlign: "left" }}>
              {number(value)}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Seconds with two digits, as a budget is read. */
const seconds = (ms: number | null): string => (ms === null ? "–" : (ms / 1000).toFixed(2));

export function CopyCard({ migration }: { migration: MigrationDto }) {
  const copy = migration.steps.find((step) => step.name === "pre-copy");
  const rounds = copy?.roundBytes ?? [];
  const max = Math.max(0, ...rounds.map((round) => round.bytes));
  if (copy?.state === "skipped" || rounds.length === 0) return null;
  return (
    <Card title="State copied" sub={`${bytes(copy?.bytes ?? null)} in ${rounds.length} rounds`}>
      {rounds.map((round, index) => (
        // Rounds are never reordered, so their place names them.
        <div key={index} className="row g12 f12">
          <span style={{ width: 60 }} className="t2">
            Round {index + 1}
          </span>
          <span className="bar grow" aria-hidden="true">
            <span style={{ width: `${logShare(round.bytes, max)}%`, background: "var(--text-2)" }} />
          </span>
          <span className="right" style={{ width: 76 }}>
            {bytes(round.bytes)}
          </span>
          <span className="right t2" style={{ width: 64 }}>
            {milliseconds(round.durationMs)}
          </span>
        </div>
      ))}
      <p className="f12 t3">Bars are on a log scale: each round copies what was written during the one before.</p>
    </Card>
  );
}

export function ReceiptCard({ migration }: { migration: MigrationDto }) {
  const { receipt } = migration;
  const nameOf = usePlaceNames();
  if (!receipt) {
    return (
      <Card title="Receipt">
        <p className="t2">
          {migration.state === "aborted"
            ? `Aborted: ${nameOf(migration.from)} goes on serving at epoch ${migration.epoch.to}.`
            : "This run left none."}
        </p>
      </Card>
    );
  }
  const { promised, achieved } = receipt;
  const dollars = (value: number | null | undefined): string =>
    value === null || value === undefined ? "–" : `${number(value)} $`;
  const rows = [
    ["Pause", milliseconds(promised?.pauseMs), milliseconds(achieved.pauseMs)],
    ["Latency p95", promisedRange(promised), milliseconds(achieved.latencyMsP95)],
    ["Cost of the move", dollars(promised?.costUsd), dollars(achieved.costUsd)],
    ["Copied", "–", bytes(receipt.bytes)],
    ["Held requests", "–", number(receipt.held)],
    ["Failed requests", "0", number(receipt.failedRequests)],
    ["Watched", "–", milliseconds(receipt.observedMs)],
  ] as const;
  return (
    <Card title="Receipt" sub="promise against outcome">
      <div>
        <Status state={receipt.verdict} chip />{" "}
        {promised ? null : <span className="t2 f12">No plan, so nothing was promised.</span>}
      </div>
      <table>
        <thead>
          <tr>
            <th>What</th>
            <th className="r">Promised</th>
            <th className="r">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, promise, outcome]) => (
            <tr key={label}>
              <td>{label}</td>
              <td className="r t3">{promise}</td>
              <td className="r s">{outcome}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {receipt.digest ? (
        <p className="f12 t2">
          Epoch {migration.epoch.from} to {migration.epoch.to}. Digest{" "}
          <span className="mono">{receipt.digest.target?.slice(0, 12)}</span>{" "}
          {receipt.digest.source === receipt.digest.target ? "equal on both sides" : "differs"}, {number(receipt.digest.items)}{" "}
          items.
        </p>
      ) : null}
    </Card>
  );
}

export function EventsCard({ migration }: { migration: MigrationDto }) {
  const lines = eventLines(migration, usePlaceNames());
  return (
    <Card title="Events">
      <ol className="events" tabIndex={0} aria-label="Events, newest first">
        {lines.map(({ key, at, meaning, text }) => (
          <li key={key} className="row g12 f12">
            <span className="mono t2">{timeToMillisecond(at)}</span>
            <Glyph meaning={meaning} />
            <span className="grow" title={text}>
              {text}
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}

"use client";

import { useEffect, useRef, useState, type ReactNode } from "react";
import { useZone } from "./preferences.ts";
import { useCopied } from "./use-copied.ts";

/** The command that does the same from a terminal; every object and every action has one. */
export function CommandLine({ text }: { text: string }) {
  const [copied, copy] = useCopied();
  const [verb = "", ...rest] = text.split(" ");
  return (
    <div className="cli" role="group" aria-label="Command line">
      <span aria-hidden="true">$</span>
      <span className="grow" style={{ overflow: "hidden", textOverflow: "ellipsis" }} title={text}>
        <b>{verb}</b> {rest.join(" ")}
      </span>
      <button type="button" className="f11 link" onClick={() => copy(text)}>
        {copied ? "Copied" : "Copy"}
      </button>
    </div>
  );
}

/** Facts of one thing, each with its name before it. */
export function KeyValues({ rows }: { rows: readonly (readonly [label: string, value: string])[] }) {
  return (
    <dl className="kv">
      {rows.map(([label, value]) => (
        <div key={label} style={{ display: "contents" }}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What is waited for, after a moment; why it may take long, after eight seconds. */
export function Loading({ what, height = 120 }: { what: string; height?: number }) {
  const [stage, setStage] = useState<"nothing" | "skeleton" | "long">("nothing");
  useEffect(() => {
    const timers = [setTimeout(() => setStage("skeleton"), 300), setTimeout(() => setStage("long"), 8_000)];
    return () => timers.forEach(clearTimeout);
  }, []);
  if (stage === "nothing") return <div style={{ height }} aria-busy="true" />;
  return (
    <div aria-busy="true" role="status">
      <div className="skeleton" style={{ height }} />
      <span className={stage === "long" ? "t2 f12" : "sr"}>
        {stage === "long"
          ? `Still waiting for ${what}. The console’s log has more: tail .geostitch/logs/console.log`
          : `Loading ${what}`}
      </span>
    </div>
  );
}

export function Problem({ error, retry }: { error: { message: string }; retry?: () => void }) {
  return (
    <div className="note crit row g12" role="alert">
      <span className="grow">{error.message}</span>
      {retry ? (
        <button type="button" className="ctl" onClick={retry}>
          Try again
        </button>
      ) : null}
    </div>
  );
}

export function Empty({ title, children, command }: { title: string; children?: ReactNode; command?: string }) {
  return (
    <div className="empty">
      <strong style={{ color: "var(--text)" }}>{title}</strong>
      {children}
      {command ? <CommandLine text={command} /> : null}
    </div>
  );
}

export function Dialog({
  open,
  onClose,
  label,
  children,
}: {
  open: boolean;
  onClose: () => void;
  label: string;
  children: ReactNode;
}) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (open && dialog && !dialog.open) dialog.showModal();
    if (!open) dialog?.close();
  }, [open]);
  return (
    <dialog ref={element} aria-label={label} onClose={onClose}>
      {open ? children : null}
    </dialog>
  );
}

/** Whether it has ever been open: what is loaded by its first opening stays, so that its closing gives the focus back. */
export function useOpened(open: boolean): boolean {
  const [opened, setOpened] = useState(open);
  if (open && !opened) setOpened(true);
  return open || opened;
}

/** The time now, each second; for ages and running clocks, which also follow the reader's zone. */
export function useNow(everyMs = 1_000): number {
  useZone();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

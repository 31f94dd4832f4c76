"use client";

import { useState, type ReactNode } from "react";
import { usePastReason } from "../time/use-past-reason.ts";
import { CommandLine, Dialog, Problem } from "./parts.tsx";

/** What is spread into a mutation's call: the reason is used up once it succeeded. */
interface Done {
  readonly onSuccess: () => void;
}

interface ReasonDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  /** The dialog's name, and its heading where that says nothing more. */
  readonly label: string;
  readonly title?: string;
  /** What it does. */
  readonly words?: ReactNode;
  /** Fields that stand before the reason, and after it. */
  readonly before?: ReactNode;
  readonly children?: ReactNode;
  /** `none`: the audit keeps no reason for it. */
  readonly reason?: "needed" | "optional" | "none";
  readonly reasonLabel?: string;
  readonly placeholder?: string;
  /** The reason, where it can also be written elsewhere. */
  readonly shared?: readonly [reason: string, setReason: (reason: string) => void];
  /** The command that does the same; the reason comes with its quotes. */
  readonly command?: (reason: string) => string;
  readonly confirm: string;
  readonly tone?: "primary" | "danger" | "dangerfill";
  /** It is about now, whatever moment is looked at: it stays possible while a past one is shown. */
  readonly isForNow?: true;
  /** Whether the other fields are filled in. */
  readonly isReady?: boolean;
  readonly run: { readonly error: { message: string } | null; readonly isPending: boolean; readonly reset: () => void };
  readonly act: (reason: string, done: Done) => void;
}

/** The second step of what changes something: its effect in words, why, and the one button that does it. */
export function ReasonDialog(props: ReasonDialogProps) {
  const { open, onClose, label, title = label, words, before, children, run, isReady = true, act } = props;
  const { reason: kind = "needed", reasonLabel = "Reason", confirm, tone = "primary" } = props;
  const own = useState("");
  const [reason, setReason] = props.shared ?? own;
  const close = (): void => {
    run.reset();
    onClose();
  };
  const done = (): void => {
    setReason("");
    onClose();
  };
  // Some ways here, a key or the palette, have no button that could be off.
  const passed = usePastReason();
  const past = props.isForNow === true ? null : passed;
  const isOff = past !== null || !isReady || run.isPending || (kind === "needed" && reason.trim() === "");
  return (
    <Dialog open={open} onClose={close} label={label}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault();
          act(reason, { onSuccess: done });
        }}
      >
        <h2 className="title">{title}</h2>
        {words ? <p className="t2">{words}</p> : null}
        {before}
        {kind === "none" ? null : (
          <label>
            {reasonLabel}
            <textarea
              value={reason}
              onChange={(event) => setReason(event.target.value)}
              required={kind === "needed"}
              placeholder={props.placeholder}
            />
          </label>
        )}
        {children}
        {run.error ? <Problem error={run.error} /> : null}
        {props.command ? <CommandLine text={props.command(JSON.stringify(reason))} /> : null}
        <div className="row g8" style={{ justifyContent: "end" }}>
          <button type="button" className="ctl lg" onClick={close}>
            Cancel
          </button>
          <button type="submit" className={`ctl lg ${tone}`} disabled={isOff} title={past ?? undefined}>
            {confirm}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

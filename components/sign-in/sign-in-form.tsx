"use client";

import { IconEye, IconEyeOff } from "@tabler/icons-react";
import { useState } from "react";
import { Logo } from "../ui/logo.tsx";

/** Only a path of this very console: a link in a mail must not send a person elsewhere. The browser's own reading decides. */
function safeNext(next: string): string {
  const base = window.location.origin;
  const url = URL.canParse(next, base) ? new URL(next, base) : null;
  return url?.origin === base && next.startsWith("/") ? `${url.pathname}${url.search}${url.hash}` : "/";
}

export interface SignInFormProps {
  readonly next: string;
  readonly theme: "dark" | "light";
  readonly world: string;
  readonly lab: boolean;
  readonly version: string;
}

export function SignInForm({ next, theme, world, lab, version }: SignInFormProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (form: FormData): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const body = JSON.stringify({ email: form.get("email"), password: form.get("password") });
      const answer = await fetch("/api/auth/sign-in/email", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      if (answer.ok) {
        // Whoever is not the first, or has closed it, is led on to the map from there.
        window.location.assign(next === "/" ? "/welcome?first=true" : safeNext(next));
        return;
      }
      setProblem(
        answer.status === 401
          ? "Email or password is wrong."
          : answer.status === 429
            ? "Too many tries. Wait a minute."
            : "The console cannot sign anybody in now. Is the database up?",
      );
    } catch {
      setProblem("The console does not answer. Is it running?");
    }
    setBusy(false);
    return undefined;
  };
  return (
    <main className="signin" style={{ backgroundImage: `url(/map/sign-in-${theme}.svg)` }}>
      <form
        className="form card"
        onSubmit={(event) => {
          event.preventDefault();
          void submit(new FormData(event.currentTarget));
        }}
      >
        <div className="row sb">
          <span className="row g10 s f16">
            <Logo size={26} /> Geostitch
          </span>
          {lab ? <span className="chip sq lab">LAB</span> : null}
        </div>
        <div>
          <h1 className="title">Sign in</h1>
          <p className="t2">to {world}</p>
        </div>
        <label>
          Email
          <input name="email" type="email" autoComplete="username" required defaultValue="admin@geostitch.local" />
        </label>
        <PasswordField />
        {problem === null ? null : (
          <p className="note crit" role="alert">
            {problem}
          </p>
        )}
        <button className="ctl lg primary" style={{ justifyContent: "center", height: 38 }} disabled={busy} type="submit">
          {busy ? "Signing in" : "Sign in"}
        </button>
      </form>
      <p className="t2 f12 foot">Version {version} · Apache-2.0</p>
    </main>
  );
}

function PasswordField() {
  const [shown, setShown] = useState(false);
  const Icon = shown ? IconEyeOff : IconEye;
  return (
    <div className="field">
      <div className="row sb">
        <label htmlFor="password">Password</label>
        <span className="t3 f12">
          printed by <span className="mono">npm start</span>
        </span>
      </div>
      <div style={{ position: "relative" }}>
        <input
          id="password"
          name="password"
          type={shown ? "text" : "password"}
          autoComplete="current-password"
          required
          autoFocus
        />
        <button
          type="button"
          className="ctl ghost icon peek"
          aria-pressed={shown}
          aria-label="Show what is typed"
          onClick={() => setShown(!shown)}
        >
          <Icon size={16} stroke={1.6} aria-hidden="true" />
        </button>
      </div>
    </div>
  );
}

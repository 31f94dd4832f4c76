"use client";

import { useState } from "react";
import { Logo } from "../ui/logo.tsx";

/** Only a path of this very console: a link in a mail must not send a person elsewhere. */
function safeNext(next: string): string {
  return next.startsWith("/") && !next.startsWith("//") && !next.includes("\\") ? next : "/";
}

export function SignInForm({ next }: { next: string }) {
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
        window.location.assign(safeNext(next));
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
    <main style={{ minHeight: "100dvh", display: "grid", placeItems: "center", background: "var(--map-ocean)" }}>
      <form
        className="form card"
        style={{ width: "min(380px, calc(100vw - 32px))", padding: 28, boxShadow: "var(--e3)" }}
        onSubmit={(event) => {
          event.preventDefault();
          void submit(new FormData(event.currentTarget));
        }}
      >
        <div className="row g10 s f16">
          <Logo /> Geostitch
        </div>
        <h1 className="title">Sign in</h1>
        <label>
          Email
          <input name="email" type="email" autoComplete="username" required defaultValue="admin@geostitch.local" />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required autoFocus />
        </label>
        {problem === null ? null : (
          <p className="note crit" role="alert">
            {problem}
          </p>
        )}
        <button className="ctl lg primary" style={{ justifyContent: "center" }} disabled={busy} type="submit">
          {busy ? "Signing in" : "Sign in"}
        </button>
        <p className="t3 f12">The first password was printed once, by the first start.</p>
      </form>
    </main>
  );
}

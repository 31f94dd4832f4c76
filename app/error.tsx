"use client";

import { useEffect } from "react";
import { CommandLine } from "../components/ui/parts.tsx";

const AGAIN_MS = 5_000;

/** What a page shows whose data cannot be read, the database being away above all. It looks again by itself. */
export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  useEffect(() => {
    const timer = setInterval(() => window.location.reload(), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <main className="page alone">
      <h1 className="title">The console cannot read its data</h1>
      <p className="t2">
        Its database does not answer. Components go on serving, and moves that run go on as soon as it is back. This page looks
        again every {AGAIN_MS / 1000} s.
      </p>
      <button type="button" className="ctl lg" onClick={reset}>
        Try again
      </button>
      <CommandLine text="tail .geostitch/logs/console.log" />
    </main>
  );
}

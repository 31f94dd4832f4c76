/** A state's meaning, as a shape and a colour that always go together (VISUAL, section 1.2). */
export type Meaning = "ok" | "warn" | "crit" | "info" | "neutral" | "plan";

export function Glyph({ meaning }: { meaning: Meaning }) {
  const fill = `var(--${meaning})`;
  return (
    <svg className="ic" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      {meaning === "ok" ? <circle cx="5" cy="5" r="4" fill={fill} /> : null}
      {meaning === "warn" ? <path d="M5 1 L9.3 9 H.7 Z" fill={fill} /> : null}
      {meaning === "crit" ? <rect x="1" y="1" width="8" height="8" fill={fill} /> : null}
      {meaning === "info" ? <path d="M5 .5 L9.5 5 L5 9.5 L.5 5 Z" fill={fill} /> : null}
      {meaning === "neutral" ? <circle cx="5" cy="5" r="3.4" fill="none" stroke={fill} strokeWidth="1.6" /> : null}
      {meaning === "plan" ? (
        <circle cx="5" cy="5" r="3.4" fill="none" stroke={fill} strokeWidth="1.6" strokeDasharray="2 1.6" />
      ) : null}
    </svg>
  );
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  ready: "ok",
  succeeded: "ok",
  kept: "ok",
  proposed: "plan",
  approved: "info",
  rejected: "neutral",
  expired: "neutral",
  superseded: "neutral",
  starting: "info",
  pending: "neutral",
  running: "info",
  migrating: "info",
  sealed: "info",
  draining: "info",
  aborting: "warn",
  rolling_back: "warn",
  degraded: "warn",
  cordoned: "warn",
  failed: "crit",
  down: "crit",
  missed: "crit",
  unreachable: "crit",
  stopped: "neutral",
  skipped: "neutral",
  undone: "neutral",
  aborted: "neutral",
  rolled_back: "neutral",
};

const WORDS: Readonly<Record<string, string>> = {
  rolling_back: "Rolling back",
  rolled_back: "Rolled back",
  proposed: "Awaiting approval",
  kept: "Promise kept",
  missed: "Promise missed",
  "insufficient-data": "Insufficient data",
};

export const meaningOf = (state: string): Meaning => MEANINGS[state] ?? "neutral";
export const wordOf = (state: string): string => WORDS[state] ?? state.charAt(0).toUpperCase() + state.slice(1);

export function Status({ state, chip = false }: { state: string; chip?: boolean }) {
  return (
    <span className={chip ? "chip" : "st"}>
      <Glyph meaning={meaningOf(state)} />
      {wordOf(state)}
    </span>
  );
}

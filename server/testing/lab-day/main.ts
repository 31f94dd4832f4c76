/**
 * A day of the lab on its own, and the same day without moves: `npm run lab:day -- --seed N`. Two installations, each as
 * `npm start` makes it, run with one seed: one in mode `auto`, then, when nothing of it runs any more, one in `observe` (beside each
 * other they would take the machine's time from each other's pauses). Prints every move with its promise and what came of it, what
 * users got, what it cost, and what a day has to reach; exit code 1 where it does not.
 * `--speed N` (default 120), `--hours N` (default 24), `--begin ISO` (default 05:00 UTC), `--home PLACE` (default: the seed draws it
 * among those from where twice the asked gain is possible at all).
 */
import { possibleGainPercent } from "./best-place.ts";
import { dayWorld } from "./day-world.ts";
import { GAIN_PERCENT_MIN, judgeMoves, limitsOf, type DayFigures, type DayMove } from "./judge-day.ts";
import { runDay } from "./one-day.ts";

const argument = (name: string, fallback: string): string => {
  const at = process.argv.indexOf(name);
  return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
};
const seed = Number(argument("--seed", "1"));
const speed = Number(argument("--speed", "120"));
const hours = Number(argument("--hours", "24"));
const begin = new Date(argument("--begin", "2026-11-24T05:00:00Z"));
const asked = argument("--home", "");
const world = dayWorld({
  seed,
  home: asked === "" ? null : asked,
  begin,
  // What cannot be known beforehand costs about half of what is possible.
  gainPercentMin: 2 * GAIN_PERCENT_MIN,
});
// However this ends: each day reads the file until it has stopped.
process.once("exit", () => world.remove());

const beganMs = performance.now();
const seconds = (): string => `${Math.round((performance.now() - beganMs) / 1000)} s`.padStart(6);
const tell = (line: string): void => console.log(`${seconds()} ${line}`);
const ms = (value: number | null): string => (value === null ? "–" : `${Math.round(value)} ms`);
const usd = (value: number): string => `$${value.toFixed(2)}`;

tell(
  `seed ${seed}, everything begins in ${world.home}, ${hours} h of the lab's clock from ${begin.toISOString()}, lab speed ${speed}: twice ${(hours * 60) / speed} min of real time`,
);
if (world.passedOver.length > 0)
  tell(`drawn before it, and passed over for what a day could gain there at most: ${world.passedOver.join(", ")}`);
const order = { world: world.file, seed, speed, begin, hours, tell };
const auto = await runDay({ ...order, mode: "auto" });
console.log("\nmoves (hours of the lab's clock since the day began)");
for (const move of [...auto.moves].sort((a, b) => a.atHour - b.atHour)) console.log(`  ${lineOf(move)}`);

const observe = await runDay({ ...order, mode: "observe" });
const judgement = judgeMoves(auto.moves);
console.log("\nwhat users got      auto        observe");
for (const [name, of] of [
  ["requests", ({ requests }: DayFigures) => String(requests)],
  ["p50", ({ p50 }: DayFigures) => ms(p50)],
  ["p75", ({ p75 }: DayFigures) => ms(p75)],
  ["p95", ({ p95 }: DayFigures) => ms(p95)],
  ["failed requests", ({ failed }: DayFigures) => String(failed)],
  ["lost, doubled", ({ lost, doubled }: DayFigures) => `${lost}, ${doubled}`],
  ["compute", ({ usd: { compute } }: DayFigures) => usd(compute)],
  ["bytes", ({ usd: { traffic } }: DayFigures) => usd(traffic)],
  ["copies of moves", ({ usd: { moves } }: DayFigures) => usd(moves)],
  ["users' waiting", ({ usd: { waiting } }: DayFigures) => usd(waiting)],
] as const)
  console.log(`  ${name.padEnd(18)}${of(auto.figures).padEnd(12)}${of(observe.figures)}`);

const { bound } = world;
console.log(
  `\nof users' links alone, one place for everything at a time, chosen by somebody who knows the future and moves in no time:` +
    ` p75 ${bound.bestMs.toFixed(0)} ms instead of ${bound.stayMs.toFixed(0)} ms, ${possibleGainPercent(bound).toFixed(1)} % less is the most there is\n`,
);
const limits = limitsOf(judgement, auto.figures, observe.figures);
for (const { what, reached } of limits) console.log(`${reached ? "reached    " : "NOT REACHED"} ${what}`);
process.exitCode = limits.every(({ reached }) => reached) ? 0 : 1;

function lineOf({
  atHour,
  component,
  from,
  to,
  state,
  promisedMsP95,
  promisedInterval,
  achievedMsP95,
  pauseMs,
  paybackHours,
  verdict,
  why,
}: DayMove): string {
  const interval = promisedInterval === null ? "" : ` (${promisedInterval.map((value) => Math.round(value)).join(" to ")})`;
  return [
    `${atHour.toFixed(1).padStart(5)} h`,
    `${component} ${from} → ${to}`.padEnd(64),
    state.padEnd(11),
    `promised ${ms(promisedMsP95)}${interval}, got ${ms(achievedMsP95)}`.padEnd(44),
    `pause ${ms(pauseMs)}`.padEnd(14),
    `pays back in ${paybackHours === null ? "–" : `${paybackHours.toFixed(1)} h`}`.padEnd(22),
    [verdict ?? "no verdict", ...(why === null ? [] : [why])].join(": "),
  ].join("  ");
}

import type { Command } from "commander";
import { callApi, type ApiOptions } from "./client.ts";

interface Parts {
  readonly verb: (name: string, description: string) => Command;
  readonly api: () => ApiOptions;
  readonly show: (value: unknown) => void;
  readonly isTable: () => boolean;
}

interface AutoRun {
  readonly policy: string;
  readonly mode: string;
  readonly state: string;
  readonly since: string | null;
  readonly missed: number;
  readonly why: string | null;
  readonly window: { readonly open: boolean; readonly changesAt: string | null } | null;
  readonly waiting: readonly { readonly plan: string; readonly heldBy: readonly { readonly rail: string }[] }[];
}

interface Shadow {
  readonly items: readonly {
    readonly plan: string;
    readonly at: string;
    readonly summary: string;
    readonly gainPercent: number;
    readonly wouldRun: boolean;
    readonly heldBy: readonly { readonly name: string }[];
    readonly outcome: string;
  }[];
}

/** `auto-run`, `auto-run resume`, `shadow`: what runs by itself, and what would have. */
export function addAutoRunVerbs({ verb, api, show, isTable }: Parts): void {
  const autoRun = verb("auto-run", "whether each policy's plans run by themselves, and what holds them back").action(async () => {
    const { items } = (await callApi(api(), "GET", "/auto-run")) as { items: AutoRun[] };
    show(isTable() ? items.map(rowOf) : items);
  });
  autoRun
    .command("resume")
    .description("let a policy that stopped after broken promises run again")
    .exitOverride()
    .argument("<policy>")
    .requiredOption("--reason <text>")
    .action(async (policy: string, { reason }: { reason: string }) => {
      const resumed = (await callApi(api(), "POST", "/auto-run/resume", { policy, reason })) as AutoRun;
      show(isTable() ? rowOf(resumed) : resumed);
    });
  verb("shadow", "what mode auto would have done with what was proposed")
    .option("--policy <name>", "", "default")
    .option("--from <time>", "RFC 3339; seven days ago")
    .option("--to <time>", "RFC 3339; now")
    .action(async (options: Record<string, string>) => {
      const shadow = (await callApi(api(), "GET", `/shadow?${new URLSearchParams(options).toString()}`)) as Shadow;
      show(isTable() ? shadow.items.map(shadowRow) : shadow);
    });
}

const rowOf = ({ policy, mode, state, since, missed, why, window, waiting }: AutoRun) => ({
  policy,
  mode,
  state,
  since,
  missed,
  window: window === null ? "any hour" : `${window.open ? "open until" : "closed until"} ${window.changesAt ?? "further notice"}`,
  waiting: waiting.map(({ plan, heldBy }) => `${plan} (${heldBy.map(({ rail }) => rail).join(", ")})`),
  why,
});

const shadowRow = ({ heldBy, ...item }: Shadow["items"][number]) => ({
  plan: item.plan,
  at: item.at,
  summary: item.summary,
  gainPercent: item.gainPercent.toFixed(1),
  auto: item.wouldRun ? "runs" : `held by ${heldBy.map(({ name }) => name).join(", ")}`,
  outcome: item.outcome,
});

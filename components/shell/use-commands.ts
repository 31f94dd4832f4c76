"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import type { PlanDto } from "../../server/api/shapes/index.ts";
import { keyOf } from "../components-page/prepare.ts";
import { effectOf } from "../plans-page/decide-prepare.ts";
import { isToDecide, titleOf } from "../plans-page/prepare.ts";
import { useTRPC, useTRPCClient } from "../trpc/client.ts";
import { openExports, saveExport } from "../ui/export-menu.tsx";
import { milliseconds, number } from "../ui/format.ts";
import { usePlaceNames } from "../ui/place-name.tsx";
import { usePreferences } from "../ui/preferences.ts";
import { wordOf } from "../ui/status.tsx";
import type { Command } from "./commands.ts";
import { PAGES } from "./key-map.ts";
import { currentTheme, setTheme, signOut, toggleZone } from "./session-actions.ts";

export interface CommandActions {
  readonly openFreeze: () => void;
  readonly openHelp: () => void;
  /** Words for a person, where an action has no page of its own to show what came of it. */
  readonly tell: (title: string, words: string) => void;
  /** Goes on with the choice of a place. */
  readonly chooseTarget: (component: string) => void;
}

interface Commands {
  readonly commands: readonly Command[];
  /** Names that come from the server are there. */
  readonly loaded: boolean;
}

/** Everything that can be opened or done, by its name. */
export function useCommands(actions: CommandActions): Commands {
  const trpc = useTRPC();
  const router = useRouter();
  const nameOf = usePlaceNames();
  const known = useQuery(trpc.components.list.queryOptions());
  const places = useQuery(trpc.dataCenters.list.queryOptions()).data ?? [];
  const migrations = useQuery(trpc.migrations.list.queryOptions({ limit: 10 })).data ?? [];
  const plans = useQuery(trpc.plans.list.queryOptions({ limit: 10 })).data ?? [];
  const open: Open = (href) => () => router.push(href);
  const components = (known.data ?? []).map(keyOf);
  const commands: Command[] = [
    ...pageCommands(open),
    ...plans.filter(isToDecide).map((plan) => approval(plan, nameOf, open(`/plans/${plan.id}?decide=approve`))),
    ...useOwnCommands(actions),
    ...componentCommands(components, open, actions.chooseTarget),
    ...places.map(({ metadata: { name }, spec }) => ({
      id: `place ${name}`,
      group: "Data centres",
      label: spec.location.city ?? name,
      description: name,
      run: open(`/data-centers?place=${encodeURIComponent(name)}`),
    })),
    ...plans.map((plan) => ({
      id: plan.id,
      group: "Plans",
      label: titleOf(plan, nameOf),
      description: `${plan.id}, ${wordOf(plan.state).toLowerCase()}`,
      run: open(`/plans/${plan.id}`),
    })),
    ...migrations.map(({ id, component, from, to }) => ({
      id,
      group: "Migrations",
      label: `${component} ${nameOf(from)} → ${nameOf(to)}`,
      description: id,
      run: open(`/migrations/${id}`),
    })),
  ];
  return { commands, loaded: !known.isPending };
}

type Open = (href: string) => () => void;

const pageCommands = (open: Open): Command[] => [
  ...PAGES.map(({ href, label, key }) => ({
    id: `page ${href}`,
    group: "Pages",
    label,
    description: `G ${key.toUpperCase()}`,
    run: open(href),
  })),
  {
    id: "page /welcome",
    group: "Pages",
    label: "First steps",
    description: "Five steps through the console",
    run: open("/welcome"),
  },
];

const componentCommands = (names: readonly string[], open: Open, chooseTarget: CommandActions["chooseTarget"]): Command[] => [
  ...names.map((name) => ({
    id: `migrate ${name}`,
    group: "Do",
    label: `Migrate ${name}`,
    description: "Choose where to, then confirm",
    preview: `Goes on with the places where ${name} may run.`,
    keepsOpen: true as const,
    run: () => chooseTarget(name),
  })),
  ...names.flatMap((name) => [
    { id: `component ${name}`, group: "Components", label: name, run: open(`/components/${name}`) },
    { id: `why ${name}`, group: "Components", label: `Why ${name} is here`, run: open(`/components/${name}?tab=why`) },
  ]),
];

const approval = (plan: PlanDto, nameOf: (place: string) => string, run: () => void): Command => ({
  id: `approve ${plan.id}`,
  group: "Do",
  label: `Approve plan: ${titleOf(plan, nameOf)}`,
  description: plan.id,
  preview: `Asks for a reason first. ${effectOf(plan, nameOf)}`,
  cli: `geostitch approve ${plan.id} --reason …`,
  run,
});

const doing = (id: string, label: string, preview: string, run: () => void): Command => ({
  id,
  group: "Do",
  label,
  preview,
  run,
});

/** What is done to the installation or to this page. */
function useOwnCommands({ openFreeze, openHelp, tell }: CommandActions): readonly Command[] {
  const planNow = usePlanNow(tell);
  const frozen = useQuery(useTRPC().world.overview.queryOptions()).data?.freeze.frozen === true;
  const freeze = frozen
    ? doing("freeze", "Unfreeze", "Asks first. Moves that waited begin again.", openFreeze)
    : doing(
        "freeze",
        "Freeze new moves",
        "Asks for a reason first. Nothing new begins; what runs now ends, abort and roll back work.",
        openFreeze,
      );
  const plan = doing(
    "plan-now",
    "Plan now",
    "The planner looks at every component now. Nothing moves before a person approves, except in mode auto.",
    planNow,
  );
  return [
    { ...freeze, cli: frozen ? "geostitch unfreeze" : "geostitch freeze --reason …" },
    { ...plan, cli: "geostitch plan" },
    ...exportCommands(),
    ...useViewCommands(),
    doing("help", "Keys and commands", "Shows every key.", openHelp),
    doing("sign-out", "Sign out", "Ends this session.", () => void signOut()),
  ];
}

/** Asks the planner, and leads to what it found or says that it found nothing. */
function usePlanNow(tell: CommandActions["tell"]): () => void {
  const router = useRouter();
  const client = useTRPCClient();
  const ask = async (): Promise<void> => {
    try {
      const plan = await client.plans.create.mutate({});
      if (plan.moves.length > 0) router.push(`/plans/${plan.id}`);
      else tell("No useful move", plan.note ?? "No move of any component would gain more than it costs.");
    } catch (error) {
      tell("No plan was made", error instanceof Error ? error.message : String(error));
    }
  };
  return () => void ask();
}

/** Of what is open now. */
const exportCommands = (): Command[] =>
  openExports().flatMap((exported) =>
    (["csv", "json"] as const).map((format) =>
      doing(
        `export ${exported.name} ${format}`,
        `Export ${exported.name.replaceAll("-", " ")} as ${format.toUpperCase()}`,
        `Saves ${exported.name}.${format} with ${exported.rows.length} rows.`,
        () => saveExport(exported, format),
      ),
    ),
  );

function useViewCommands(): Command[] {
  const router = useRouter();
  const { zone } = usePreferences();
  const other = currentTheme() === "dark" ? ("light" as const) : ("dark" as const);
  const copyLink = (): void => void navigator.clipboard.writeText(window.location.href);
  const changeTheme = (): void => {
    setTheme(other);
    router.refresh();
  };
  return [
    doing("copy-link", "Copy link", "The address of this page with all that it shows.", copyLink),
    doing(
      "zone",
      zone === "utc" ? "Times in local time" : "Times in UTC",
      "Changes how times are shown here; what is stored stays UTC.",
      toggleZone,
    ),
    doing("theme", other === "light" ? "Light theme" : "Dark theme", "Changes how this console looks, for you.", changeTheme),
  ];
}

/** The places that a component may be moved to, best first, with what each would bring. */
export function useTargets(component: string | null): readonly Command[] {
  const trpc = useTRPC();
  const router = useRouter();
  const nameOf = usePlaceNames();
  const scores = useQuery({
    ...trpc.components.scores.queryOptions({ component: component ?? "" }),
    enabled: component !== null,
  }).data;
  if (component === null || !scores) return [];
  const from = scores.current?.dataCenter ?? "";
  return scores.candidates.map(({ dataCenter, allowed, refusedBy, combined, latencyMsP95 }) => {
    const score =
      combined === null
        ? "no score yet"
        : `score ${number(Math.round(combined))}, now ${number(Math.round(scores.current?.combined ?? 0))}`;
    const latency = latencyMsP95 === null ? "" : `, its callers would wait ${milliseconds(latencyMsP95)} at p95`;
    const refusal = refusedBy.map(({ message }) => message).join("; ");
    return {
      id: `target ${component} ${dataCenter}`,
      group: `Migrate ${component} to`,
      label: nameOf(dataCenter),
      description: dataCenter,
      preview: allowed ? `Asks for a reason first. From ${nameOf(from)}: ${score}${latency}.` : `Refused: ${refusal}`,
      cli: `geostitch migrate ${component} --from ${from} --to ${dataCenter}`,
      run: () => router.push(`/components/${component}?migrate=true&to=${encodeURIComponent(dataCenter)}`),
    };
  });
}

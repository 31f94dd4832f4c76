"use client";

import { useQuery } from "@tanstack/react-query";
import { MantineProvider } from "@mantine/core";
import { Spotlight, spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import { useRouter } from "next/navigation";
import { useEffect, useRef } from "react";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/UnstyledButton.css";
import "@mantine/core/styles/ScrollArea.css";
import "@mantine/core/styles/Paper.css";
import "@mantine/core/styles/Overlay.css";
import "@mantine/core/styles/ModalBase.css";
import "@mantine/core/styles/Modal.css";
import "@mantine/core/styles/Input.css";
import "@mantine/spotlight/styles.css";
import { titleOf } from "../plans-page/prepare.ts";
import { useTRPC } from "../trpc/client.ts";
import { usePlaceNames } from "../ui/place-name.tsx";
import { wordOf } from "../ui/status.tsx";
import { currentTheme, setTheme, signOut } from "./session-actions.ts";

const PAGES = [
  ["/", "Map"],
  ["/components", "Components"],
  ["/data-centers", "Data centres"],
  ["/users", "Users & traffic"],
  ["/plans", "Plans"],
  ["/migrations", "Migrations"],
  ["/policy", "Policy"],
  ["/connectivity", "Connectivity"],
  ["/audit", "Audit"],
  ["/settings", "Settings"],
] as const;

export interface PaletteProps {
  /** Grows with each wish to open it; the palette is loaded with the first. */
  readonly opened: number;
  readonly openFreeze: () => void;
  readonly openHelp: () => void;
}

/** Everything that can be opened or done, by its name. */
export function Palette({ opened, openFreeze, openHelp }: PaletteProps) {
  const { actions, loaded } = useActions({ openFreeze, openHelp });
  useEffect(() => spotlight.open(), [opened]);
  const onKeyDown = useEnter(loaded);
  return (
    <MantineProvider forceColorScheme={currentTheme()} withGlobalClasses={false}>
      <Spotlight
        actions={actions}
        highlightQuery
        limit={16}
        scrollable
        maxHeight={440}
        shortcut={null}
        nothingFound={
          loaded ? "Nothing has this name. Try a component, a data centre, or what you want to do." : "Reading the names …"
        }
        searchProps={{ placeholder: "Search or run a command", "aria-label": "Search or run a command", onKeyDown }}
        transitionProps={{ duration: 0 }}
        radius={12}
        attributes={{ content: { "aria-label": "Search and commands" } }}
      />
    </MantineProvider>
  );
}

const inList = (selector: string): HTMLElement | null => document.querySelector(`.mantine-Spotlight-actionsList ${selector}`);

/** Who types a name and presses Enter at once means the first that fits, also where the names are still on their way. */
function useEnter(loaded: boolean): (event: React.KeyboardEvent) => void {
  const waiting = useRef(false);
  useEffect(() => {
    if (loaded && waiting.current) inList("[data-action]")?.click();
    waiting.current = false;
  }, [loaded]);
  return (event) => {
    const isFirstMeant = event.key === "Enter" && !inList("[data-selected]");
    waiting.current = isFirstMeant && !loaded;
    if (isFirstMeant && loaded) inList("[data-action]")?.click();
  };
}

interface Actions {
  readonly actions: SpotlightActionGroupData[];
  /** Names that come from the server are there. */
  readonly loaded: boolean;
}

function useActions({ openFreeze, openHelp }: Omit<PaletteProps, "opened">): Actions {
  const trpc = useTRPC();
  const router = useRouter();
  const known = useQuery(trpc.components.list.queryOptions());
  const components = known.data ?? [];
  const places = useQuery(trpc.dataCenters.list.queryOptions()).data ?? [];
  const migrations = useQuery(trpc.migrations.list.queryOptions({ limit: 10 })).data ?? [];
  const plans = useQuery(trpc.plans.list.queryOptions({ limit: 10 })).data ?? [];
  const nameOf = usePlaceNames();
  const frozen = useQuery(trpc.world.overview.queryOptions()).data?.freeze.frozen === true;
  const open = (href: string) => () => router.push(href);
  const names = components.map(({ metadata }) => `${metadata.application}/${metadata.name}`);
  const other = currentTheme() === "dark" ? ("light" as const) : ("dark" as const);
  const changeTheme = (): void => {
    setTheme(other);
    router.refresh();
  };
  const actions: SpotlightActionGroupData[] = [
    { group: "Pages", actions: PAGES.map(([href, label]) => ({ id: `page ${href}`, label, onClick: open(href) })) },
    {
      group: "Do",
      actions: [
        { id: "freeze", label: frozen ? "Unfreeze" : "Freeze new moves", description: "Asks for a reason", onClick: openFreeze },
        { id: "theme", label: other === "light" ? "Light theme" : "Dark theme", onClick: changeTheme },
        { id: "help", label: "Keys and commands", onClick: openHelp },
        { id: "sign-out", label: "Sign out", onClick: () => void signOut() },
        ...names.map((name) => ({
          id: `migrate ${name}`,
          label: `Migrate ${name}`,
          description: "Choose where to, then confirm",
          onClick: open(`/components/${name}?migrate=true`),
        })),
      ],
    },
    {
      group: "Components",
      actions: names.flatMap((name) => [
        { id: `component ${name}`, label: name, onClick: open(`/components/${name}`) },
        { id: `why ${name}`, label: `Why ${name} is here`, onClick: open(`/components/${name}?tab=why`) },
      ]),
    },
    {
      group: "Data centres",
      actions: places.map(({ metadata, spec }) => ({
        id: `place ${metadata.name}`,
        label: spec.location.city ?? metadata.name,
        description: metadata.name,
        onClick: open(`/?place=${encodeURIComponent(metadata.name)}`),
      })),
    },
    {
      group: "Plans",
      actions: plans.map((plan) => ({
        id: plan.id,
        label: titleOf(plan, nameOf),
        description: `${plan.id}, ${wordOf(plan.state).toLowerCase()}`,
        onClick: open(`/plans/${plan.id}`),
      })),
    },
    {
      group: "Migrations",
      actions: migrations.map(({ id, component, from, to }) => ({
        id,
        label: `${component} ${from} → ${to}`,
        description: id,
        onClick: open(`/migrations/${id}`),
      })),
    },
  ];
  return { actions, loaded: !known.isPending };
}

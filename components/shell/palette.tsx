"use client";

import { MantineProvider } from "@mantine/core";
import { createSpotlight, Spotlight, useSpotlight } from "@mantine/spotlight";
import { useEffect, useRef, useState } from "react";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/core/styles/UnstyledButton.css";
import "@mantine/core/styles/ScrollArea.css";
import "@mantine/core/styles/Paper.css";
import "@mantine/core/styles/Overlay.css";
import "@mantine/core/styles/ModalBase.css";
import "@mantine/core/styles/Modal.css";
import "@mantine/core/styles/Input.css";
import "@mantine/spotlight/styles.css";
import { keep } from "../ui/keep.ts";
import { findCommands, grouped, usedNow, type Command } from "./commands.ts";
import { currentTheme } from "./session-actions.ts";
import { useCommands, useTargets, type CommandActions } from "./use-commands.ts";

export interface PaletteProps extends Omit<CommandActions, "chooseTarget"> {
  /** Grows with each wish to open it; the palette is loaded with the first. */
  readonly opened: number;
}

const [store, spotlight] = createSpotlight();
const RECENT = "geostitch-recent-commands";

function readRecent(): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
    return Array.isArray(stored) ? stored.filter((id) => typeof id === "string") : [];
  } catch {
    return [];
  }
}

/** Everything that can be opened or done, by its name, with what it would do told before Enter. */
export function Palette({ opened, ...actions }: PaletteProps) {
  const [query, setQuery] = useState("");
  const [target, setTarget] = useState<string | null>(null);
  const [recent, setRecent] = useState(readRecent);
  const chooseTarget = (component: string): void => {
    setQuery("");
    setTarget(component);
  };
  const { commands, loaded } = useCommands({ ...actions, chooseTarget });
  const targets = useTargets(target);
  useEffect(() => spotlight.open(), [opened]);
  const groups = grouped(findCommands(target === null ? commands : targets, query, recent));
  const shown = groups.flatMap((group) => group.commands);
  const ready = target === null ? loaded : targets.length > 0;
  const use = (command: Command): void => {
    const next = usedNow(recent, command.id);
    if (target === null) setRecent(next);
    if (target === null) keep(RECENT, next);
    command.run();
  };
  const onKeyDown = useEnter(ready);
  // What is first is what Enter means: a new list begins with its first.
  const list = shown.map(({ id }) => id).join("\n");
  useEffect(markFirst, [list, opened]);
  return (
    <MantineProvider forceColorScheme={currentTheme()} withGlobalClasses={false}>
      <Spotlight.Root
        store={store}
        query={query}
        onQueryChange={setQuery}
        scrollable
        maxHeight={440}
        shortcut={null}
        transitionProps={{ duration: 0 }}
        radius={12}
        onSpotlightClose={() => setTarget(null)}
        attributes={{ content: { "aria-label": "Search and commands" } }}
      >
        <Spotlight.Search
          placeholder={target === null ? "Search or run a command" : `Migrate ${target} to …`}
          aria-label="Search or run a command"
          onKeyDown={onKeyDown}
        />
        <Spotlight.ActionsList>
          {groups.map(({ group, commands: own }) => (
            <Spotlight.ActionsGroup key={group} label={group}>
              {own.map((command) => (
                <Spotlight.Action
                  key={command.id}
                  label={command.label}
                  {...(command.description === undefined ? {} : { description: command.description })}
                  highlightQuery
                  closeSpotlightOnTrigger={command.keepsOpen !== true}
                  onClick={() => use(command)}
                />
              ))}
            </Spotlight.ActionsGroup>
          ))}
          {shown.length > 0 ? null : (
            <Spotlight.Empty>
              {ready ? "Nothing has this name. Try a component, a data centre, or what you want to do." : "Reading the names …"}
            </Spotlight.Empty>
          )}
        </Spotlight.ActionsList>
        <Preview shown={shown} />
      </Spotlight.Root>
    </MantineProvider>
  );
}

/** What Enter would do, in words, and the same from a terminal. */
function Preview({ shown }: { shown: readonly Command[] }) {
  const { selected } = useSpotlight(store);
  const command = shown[Math.max(0, selected)];
  if (command?.preview === undefined) return null;
  return (
    <div className="palettepreview" role="status" aria-live="polite">
      <span>
        <kbd>↵</kbd> {command.preview}
      </span>
      {command.cli === undefined ? null : <span className="mono t3">{command.cli}</span>}
    </div>
  );
}

const inList = (selector: string): HTMLElement | null => document.querySelector(`.mantine-Spotlight-actionsList ${selector}`);

function markFirst(): void {
  inList("[data-selected]")?.removeAttribute("data-selected");
  inList("[data-action]")?.setAttribute("data-selected", "true");
  store.updateState((state) => ({ ...state, selected: 0 }));
}

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

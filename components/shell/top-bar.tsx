"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { IconHelp, IconSearch, IconSnowflake, IconUserCheck } from "@tabler/icons-react";
import { useTRPC } from "../trpc/client.ts";
import { wordOf } from "../ui/status.tsx";
import { timeAndZone } from "../ui/format.ts";
import { Menu, MenuItems } from "../ui/menu.tsx";
import { useOpened } from "../ui/parts.tsx";
import { usePreferences } from "../ui/preferences.ts";
import { TimeBar } from "./time-bar.tsx";
import { setTheme, signOut, toggleZone, type Theme } from "./session-actions.ts";

/** Asked for by the first wish to freeze, and not by every page. */
const FreezeDialog = dynamic(async () => (await import("./freeze-dialog.tsx")).FreezeDialog, { ssr: false });

/** What becomes of a plan, by the policy's mode. */
const MODES = {
  observe: "Scores only, no plans",
  recommend: "Plans are shown, nobody can run them",
  approve: "Plans wait for a person",
  auto: "Plans run by themselves inside the guard rails",
} as const;

export interface TopBarProps {
  readonly openHelp: () => void;
  readonly openPalette: () => void;
  readonly freezing: boolean;
  readonly setFreezing: (open: boolean) => void;
}

export function TopBar({ openHelp, openPalette, freezing, setFreezing }: TopBarProps) {
  const freezeOpened = useOpened(freezing);
  const overview = useQuery(useTRPC().world.overview.queryOptions());
  const { freeze, lab, mode, name, user } = overview.data ?? {};
  const frozen = freeze?.frozen === true;
  return (
    <header className={frozen ? "top frozen" : "top"}>
      <span className="s world">{name ?? "Geostitch"}</span>
      {lab === true ? <span className="chip sq lab">LAB</span> : null}
      <button type="button" className="ctl search" onClick={openPalette} aria-keyshortcuts="Control+K Meta+K">
        <IconSearch size={15} stroke={1.6} aria-hidden="true" />
        <span className="grow t2">Search or run a command</span>
        <kbd>Ctrl</kbd>
        <kbd>K</kbd>
      </button>
      {frozen ? (
        <span className="chip sq warn" title={freeze.reason ?? ""}>
          <b>FROZEN</b> {freeze.until === null ? "" : `until ${timeAndZone(freeze.until)} `}by {freeze.by?.name}: {freeze.reason}
        </span>
      ) : null}
      <span className="grow" />
      <TimeBar />
      <span className="grow" />
      {mode === undefined ? null : (
        <span className="ctl mode" title={MODES[mode]}>
          <IconUserCheck size={15} stroke={1.6} color="var(--accent)" aria-hidden="true" />
          <span className="t3" style={{ fontWeight: 400 }}>
            Mode
          </span>{" "}
          {wordOf(mode)}
        </span>
      )}
      <button type="button" className="ctl" onClick={() => setFreezing(true)} disabled={overview.data === undefined}>
        <IconSnowflake size={15} stroke={1.6} aria-hidden="true" />
        <span className="lbl">{frozen ? "Unfreeze" : "Freeze"}</span>
      </button>
      <button type="button" className="ctl ghost icon" onClick={openHelp} aria-label="Help and keys">
        <IconHelp size={17} stroke={1.6} aria-hidden="true" />
      </button>
      <PersonMenu name={user?.name ?? ""} role={user?.role ?? ""} />
      {freezeOpened ? <FreezeDialog open={freezing} frozen={frozen} onClose={() => setFreezing(false)} /> : null}
    </header>
  );
}

function PersonMenu({ name, role }: { name: string; role: string }) {
  const router = useRouter();
  const { zone } = usePreferences();
  const choose = (theme: Theme): void => {
    setTheme(theme);
    router.refresh();
  };
  return (
    <Menu
      label={`${name}, ${role}: theme, times and sign out`}
      className="ctl icon round"
      button={<span aria-hidden="true">{name.slice(0, 2).toUpperCase()}</span>}
    >
      {(close) => (
        <>
          <div className="f12 t2" style={{ padding: "4px 10px 8px" }}>
            {name}, {role}
          </div>
          <MenuItems
            close={close}
            items={[
              ["Dark theme", () => choose("dark")],
              ["Light theme", () => choose("light")],
              [zone === "utc" ? "Times in local time" : "Times in UTC", toggleZone],
              ["Sign out", () => void signOut()],
            ]}
          />
        </>
      )}
    </Menu>
  );
}

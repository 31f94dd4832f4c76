"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { Link } from "../ui/link.tsx";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useState, type ReactNode } from "react";
import {
  IconArrowsExchange,
  IconBell,
  IconBox,
  IconGitPullRequest,
  IconHistory,
  IconLayoutSidebarLeftCollapse,
  IconMap2,
  IconRoute,
  IconAdjustmentsHorizontal,
  IconServer2,
  IconSettings,
  IconTopologyFull,
  IconUsers,
} from "@tabler/icons-react";
import { isToDecide } from "../plans-page/prepare.ts";
import { useViewTime } from "../time/view-time.tsx";
import { useTRPC } from "../trpc/client.ts";
import { Logo } from "../ui/logo.tsx";
import { Dialog, useOpened } from "../ui/parts.tsx";
import { useStoredPreferences } from "../ui/preferences.ts";
import { useWelcomeNotes } from "../welcome/use-progress.ts";
import { toggleZone } from "./session-actions.ts";
import { useShortcuts } from "./shortcuts.ts";
import { TopBar } from "./top-bar.tsx";

const Palette = dynamic(async () => (await import("./palette.tsx")).Palette, { ssr: false });
const HelpDialog = dynamic(async () => (await import("./help-dialog.tsx")).HelpDialog, { ssr: false });

const GROUPS = [
  [
    { href: "/", label: "Map", icon: IconMap2 },
    { href: "/components", label: "Components", icon: IconBox },
    { href: "/data-centers", label: "Data centres", icon: IconServer2 },
    { href: "/users", label: "Users & traffic", icon: IconUsers },
  ],
  [
    { href: "/plans", label: "Plans", icon: IconGitPullRequest },
    { href: "/migrations", label: "Migrations", icon: IconArrowsExchange },
    { href: "/policy", label: "Policy", icon: IconAdjustmentsHorizontal },
  ],
  [
    { href: "/routing", label: "Routing", icon: IconRoute },
    { href: "/connectivity", label: "Connectivity", icon: IconTopologyFull },
  ],
  [
    { href: "/alerts", label: "Alerts", icon: IconBell },
    { href: "/audit", label: "Audit", icon: IconHistory },
  ],
];

const ENDED = new Set(["succeeded", "aborted", "rolled_back", "failed"]);

export function Shell({ children }: { children: ReactNode }) {
  const path = usePathname();
  const time = useViewTime();
  const router = useRouter();
  const onMap = path === "/" || path === "/welcome";
  const [wanted, setWanted] = useState<boolean | null>(null);
  const [help, setHelp] = useState(false);
  const helpOpened = useOpened(help);
  const [freezing, setFreezing] = useState(false);
  const [told, setTold] = useState<{ title: string; words: string } | null>(null);
  // How often the palette was wished for: it is loaded with the first wish, and not before.
  const [palette, setPalette] = useState(0);
  const openPalette = (): void => setPalette((count) => count + 1);
  const open = wanted ?? !onMap;
  const queries = useQueryClient();
  useStoredPreferences();
  useWelcomeNotes(path);
  useShortcuts({
    go: (href) => router.push(href),
    toggleRail: () => setWanted(!open),
    toggleZone,
    readAgain: () => {
      time.live();
      void queries.invalidateQueries();
    },
    help: () => setHelp(true),
    freeze: () => setFreezing(true),
    palette: openPalette,
  });
  useEffect(() => setWanted(null), [onMap]);
  return (
    <div className="app" style={{ "--rail-now": open ? "var(--rail-w-open)" : "var(--rail-w)" } as React.CSSProperties}>
      <a className="sr" href="#main">
        Skip to content
      </a>
      <Rail open={open} path={path} toggle={() => setWanted(!open)} />
      <TopBar openHelp={() => setHelp(true)} openPalette={openPalette} freezing={freezing} setFreezing={setFreezing} />
      <div className={time.at === null ? "main" : "main past"} id="main">
        {children}
      </div>
      {palette > 0 ? (
        <Palette
          opened={palette}
          openFreeze={() => setFreezing(true)}
          openHelp={() => setHelp(true)}
          tell={(title, words) => setTold({ title, words })}
        />
      ) : null}
      <Told told={told} close={() => setTold(null)} />
      {helpOpened ? <HelpDialog open={help} onClose={() => setHelp(false)} /> : null}
    </div>
  );
}

/** What came of a command that has no page to show it. */
function Told({ told, close }: { told: { readonly title: string; readonly words: string } | null; close: () => void }) {
  return (
    <Dialog open={told !== null} onClose={close} label="What came of it">
      <div className="form">
        <h2 className="title">{told?.title}</h2>
        <p className="t2">{told?.words}</p>
        <button type="button" className="ctl lg" style={{ alignSelf: "end" }} onClick={close}>
          Close
        </button>
      </div>
    </Dialog>
  );
}

interface Badge {
  readonly count: number;
  readonly color: string;
  /** Read after the count. */
  readonly what: string;
}

/** What wants a person, by the page where it is found. */
function useBadges(): Readonly<Record<string, Badge>> {
  const trpc = useTRPC();
  const running = useQuery({
    ...trpc.migrations.list.queryOptions({ limit: 50 }),
    select: (list) => list.filter((migration) => !ENDED.has(migration.state)).length,
  });
  const waiting = useQuery({
    ...trpc.plans.list.queryOptions({ states: ["proposed"], limit: 50 }),
    select: (list) => list.filter(isToDecide).length,
  });
  const wrong = useQuery({
    ...trpc.alerts.list.queryOptions(),
    select: ({ items }) => items.filter(({ silence, severity }) => silence === null && severity !== "info").length,
  });
  return {
    "/alerts": { count: wrong.data ?? 0, color: "var(--warn)", what: "not silenced" },
    "/plans": { count: waiting.data ?? 0, color: "var(--plan)", what: "to decide" },
    "/migrations": { count: running.data ?? 0, color: "var(--live)", what: "running" },
  };
}

function Rail({ open, path, toggle }: { open: boolean; path: string; toggle: () => void }) {
  const badges = useBadges();
  const item = ({ href, label, icon: Icon }: (typeof GROUPS)[number][number]) => {
    const on = href === "/" ? path === "/" : path.startsWith(href);
    const badge = badges[href];
    return (
      <Link key={href} href={href} className={on ? "on" : ""} aria-current={on ? "page" : undefined} title={label}>
        <Icon size={18} stroke={1.6} className="ic" aria-hidden="true" />
        {open ? <span>{label}</span> : <span className="sr">{label}</span>}
        {badge === undefined || badge.count === 0 ? null : (
          <span className={open ? "n" : "dot"} style={{ background: badge.color, color: "var(--text-inv)" }}>
            {badge.count}
            <span className="sr"> {badge.what}</span>
          </span>
        )}
      </Link>
    );
  };
  return (
    <nav className="rail" aria-label="Console">
      <Link href="/" className="brand">
        <Logo />
        {open ? <span>Geostitch</span> : <span className="sr">Geostitch</span>}
      </Link>
      <div className="nav grow">
        {GROUPS.map((group, index) => (
          <div key={group[0]?.href ?? index} className="col" style={{ gap: 1 }}>
            {index > 0 ? <div className="sep" /> : null}
            {group.map(item)}
          </div>
        ))}
      </div>
      <div className="nav">
        {item({ href: "/settings", label: "Settings", icon: IconSettings })}
        <button type="button" onClick={toggle} aria-expanded={open} title="Collapse or open the rail ([)">
          <IconLayoutSidebarLeftCollapse size={18} stroke={1.6} className="ic" aria-hidden="true" />
          {open ? <span>Collapse</span> : <span className="sr">Open the rail</span>}
        </button>
      </div>
    </nav>
  );
}

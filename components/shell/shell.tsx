"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { Link } from "../ui/link.tsx";
import { usePathname, useRouter } from "next/navigation";
import { useEffect, useState, type ReactNode } from "react";
import {
  IconArrowsExchange,
  IconBox,
  IconGitPullRequest,
  IconHistory,
  IconLayoutSidebarLeftCollapse,
  IconMap2,
  IconAdjustmentsHorizontal,
  IconServer2,
  IconSettings,
  IconTopologyFull,
  IconUsers,
} from "@tabler/icons-react";
import { useTRPC } from "../trpc/client.ts";
import { Logo } from "../ui/logo.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { useShortcuts } from "./shortcuts.ts";
import { TopBar } from "./top-bar.tsx";

const Palette = dynamic(async () => (await import("./palette.tsx")).Palette, { ssr: false });

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
  [{ href: "/connectivity", label: "Connectivity", icon: IconTopologyFull }],
  [{ href: "/audit", label: "Audit", icon: IconHistory }],
];

const ENDED = new Set(["succeeded", "aborted", "rolled_back", "failed"]);

export function Shell({ children }: { children: ReactNode }) {
  const path = usePathname();
  const router = useRouter();
  const onMap = path === "/";
  const [wanted, setWanted] = useState<boolean | null>(null);
  const [help, setHelp] = useState(false);
  const [freezing, setFreezing] = useState(false);
  // How often the palette was wished for: it is loaded with the first wish, and not before.
  const [palette, setPalette] = useState(0);
  const openPalette = (): void => setPalette((count) => count + 1);
  const open = wanted ?? !onMap;
  useShortcuts({
    go: (href) => router.push(href),
    toggleRail: () => setWanted(!open),
    help: () => setHelp(true),
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
      <div className="main" id="main">
        {children}
      </div>
      {palette > 0 ? <Palette opened={palette} openFreeze={() => setFreezing(true)} openHelp={() => setHelp(true)} /> : null}
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </div>
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
    select: (list) => list.length,
  });
  return {
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

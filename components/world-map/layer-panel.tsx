import {
  IconArrowsExchange,
  IconGitPullRequest,
  IconMoon,
  IconServer2,
  IconTable,
  IconTopologyRing3,
  IconUsers,
} from "@tabler/icons-react";
import { LAYER_NAMES, type LayerGroup } from "./style.ts";

const ICONS = {
  users: IconUsers,
  places: IconServer2,
  links: IconTopologyRing3,
  plans: IconGitPullRequest,
  moves: IconArrowsExchange,
  night: IconMoon,
} as const;

export interface LayerPanelProps {
  readonly shown: ReadonlySet<LayerGroup>;
  readonly toggle: (group: LayerGroup) => void;
  readonly showTable: () => void;
  /** What a layer shows, in a word or a figure. */
  readonly notes: Readonly<Record<LayerGroup, string>>;
  readonly links: { readonly all: boolean; readonly count: number; readonly toggle: () => void };
}

export function LayerPanel({ shown, toggle, showTable, notes, links }: LayerPanelProps) {
  return (
    <section className="panel float col" style={{ left: 12, bottom: 12, width: 188, gap: 4 }} aria-label="Layers">
      <div className="row sb" style={{ height: 28 }}>
        <h2 className="hd">Layers</h2>
        <button type="button" className="ctl ghost" onClick={showTable} style={{ height: 24 }}>
          <IconTable size={15} stroke={1.6} role="img" aria-label="Table" /> <kbd>V</kbd>
        </button>
      </div>
      {(Object.keys(LAYER_NAMES) as LayerGroup[]).map((group) => {
        const Icon = ICONS[group];
        return (
          <div key={group} className="row g8" style={{ height: 27 }}>
            <Icon size={16} stroke={1.6} className="ic" color="var(--text-2)" aria-hidden="true" />
            <span className={shown.has(group) ? "grow" : "grow t2"} id={`layer-${group}`}>
              {LAYER_NAMES[group]}
            </span>
            <span className="t3">{notes[group]}</span>
            <button
              type="button"
              role="switch"
              className="switch"
              aria-checked={shown.has(group)}
              aria-labelledby={`layer-${group}`}
              onClick={() => toggle(group)}
            />
          </div>
        );
      })}
      {links.count > 0 ? (
        <button type="button" className="link f12" style={{ textAlign: "left", height: 24 }} onClick={links.toggle}>
          {links.all ? "Show the backbone only" : `Show all ${links.count} links`}
        </button>
      ) : null}
    </section>
  );
}

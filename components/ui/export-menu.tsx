"use client";

import { IconDownload } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { download } from "./download.ts";
import { curlOf, rowsToCsv, rowsToJson } from "./export-prepare.ts";
import { Menu } from "./menu.tsx";

export interface Exported {
  /** Of the file, without its ending. */
  readonly name: string;
  /** As they stand there: figures without units, times in UTC. */
  readonly rows: readonly object[];
  /** The command that gives the same. */
  readonly command?: string;
  /** Path below `/api/v1` that gives the same. */
  readonly path?: string;
}

const save = {
  csv: ({ name, rows }: Exported): void => download(`${name}.csv`, "text/csv", rowsToCsv(rows)),
  json: ({ name, rows }: Exported): void => download(`${name}.json`, "application/json", rowsToJson(rows)),
};

/** What is open now and can be handed out, for the palette. */
const open = new Map<symbol, Exported>();
export const openExports = (): readonly Exported[] => [...open.values()];
export const saveExport = (exported: Exported, format: keyof typeof save): void => save[format](exported);

/** Hands out what a table or a chart shows, and says which call gives the same. */
export function ExportMenu(exported: Exported) {
  const [copied, setCopied] = useState(false);
  const key = useRef(Symbol(exported.name));
  useEffect(() => {
    open.set(key.current, exported);
  });
  useEffect(() => {
    const own = key.current;
    return () => void open.delete(own);
  }, []);
  const { name, command, path } = exported;
  const copy = (text: string): void => {
    void navigator.clipboard.writeText(text).then(() => setCopied(true));
    setTimeout(() => setCopied(false), 1_500);
  };
  return (
    <Menu
      label={name.replaceAll("-", " ")}
      className="ctl ghost exportmenu"
      button={
        <>
          <IconDownload size={14} stroke={1.6} aria-hidden="true" />
          {copied ? "Copied" : "Export"}
        </>
      }
    >
      {(close) =>
        [
          ["CSV", () => save.csv(exported)] as const,
          ["JSON", () => save.json(exported)] as const,
          ...(command === undefined ? [] : [["Copy as command", () => copy(command)] as const]),
          ...(path === undefined ? [] : [["Copy as curl", () => copy(curlOf(path))] as const]),
        ].map(([label, act]) => (
          <button
            key={label}
            type="button"
            onClick={() => {
              act();
              close();
            }}
          >
            {label}
          </button>
        ))
      }
    </Menu>
  );
}

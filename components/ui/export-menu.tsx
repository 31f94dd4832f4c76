"use client";

import { IconDownload } from "@tabler/icons-react";
import { useEffect, useRef } from "react";
import { download } from "./download.ts";
import { curlOf, rowsToCsv, rowsToJson } from "./export-prepare.ts";
import { Menu, MenuItems } from "./menu.tsx";
import { useCopied } from "./use-copied.ts";

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

/** Lets the palette hand something out, also where there is no room for a menu. */
export function useExport(exported: Exported): void {
  const key = useRef(Symbol(exported.name));
  useEffect(() => {
    open.set(key.current, exported);
  });
  useEffect(() => {
    const own = key.current;
    return () => void open.delete(own);
  }, []);
}

/** Hands out what a table or a chart shows, and says which call gives the same. */
export function ExportMenu(exported: Exported) {
  const [copied, copy] = useCopied();
  useExport(exported);
  const { name, command, path } = exported;
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
      {(close) => (
        <MenuItems
          close={close}
          items={[
            ["CSV", () => save.csv(exported)],
            ["JSON", () => save.json(exported)],
            ...(command === undefined ? [] : [["Copy as command", () => copy(command)] as const]),
            ...(path === undefined ? [] : [["Copy as curl", () => copy(curlOf(path))] as const]),
          ]}
        />
      )}
    </Menu>
  );
}

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { messageOf } from "../platform/app-error.ts";
import { newId } from "../platform/ids.ts";
import type { Logger } from "../platform/logger.ts";
import { writeWhole } from "../platform/write-whole.ts";

export interface SpooledBatch {
  /** The delivery's `webhook-id`: the same over every try, so that the intake takes it once. */
  readonly id: string;
  readonly body: string;
}

export interface Spool {
  /** Keeps a batch until it is removed. `checkpoint`: from where a successor of this process goes on, recorded in the same step. */
  add(batch: { readonly body: string; readonly checkpoint: unknown }): void;
  /** The oldest batch, or null. */
  first(): SpooledBatch | null;
  remove(id: string): void;
  /** The last checkpoint that was recorded before this process began, or null. */
  readonly checkpoint: unknown;
  status(): { readonly batches: number; readonly bytes: number; readonly dropped: number };
}

interface Entry {
  readonly sequence: number;
  readonly id: string;
  readonly bytes: number;
  /** Only where the disk did not take it: lost with the process. */
  readonly kept: SpooledBatch | null;
}

export interface SpoolOptions {
  readonly folder: string;
  readonly bytesMax: number;
  readonly logger: Logger;
}

const storedSchema = z.object({ id: z.string(), body: z.string(), checkpoint: z.unknown() });
const CHECKPOINT = "checkpoint.json";
const NAME = /^(\d{12})-(msg_[0-9a-z]+)\.json$/;
/** A file takes up whole blocks. */
const BLOCK_BYTES = 4096;
/** Kept in memory where the disk takes nothing: five minutes. */
const IN_MEMORY_MAX = 60;

/**
 * Batches on disk, one file each, in the order they came. A file appears whole or not at all (`writeWhole`), so a `kill -9`
 * leaves at most a temporary file behind, which the next start removes.
 */
export function openSpool(options: SpoolOptions): Spool {
  const { folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) if (name.endsWith(".new")) rmSync(join(folder, name), { force: true });
  const state: SpoolState = { options, entries: entriesOf(folder), dropped: 0 };
  const checkpoint = lastCheckpoint(folder, state.entries);
  return {
    checkpoint,
    add: (batch) => add(state, batch),
    first: () => firstReadable(state),
    remove: (id) => remove(state, id),
    status: () => ({ batches: state.entries.length, bytes: bytesOf(state), dropped: state.dropped }),
  };
}

interface SpoolState {
  readonly options: SpoolOptions;
  readonly entries: Entry[];
  dropped: number;
}

const fileOf = (folder: string, { sequence, id }: Pick<Entry, "sequence" | "id">): string =>
  join(folder, `${String(sequence).padStart(12, "0")}-${id}.json`);
const onDisk = (bytes: number): number => Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES;
const readStored = (file: string) => storedSchema.parse(JSON.parse(readFileSync(file, "utf8")));
const bytesOf = ({ entries }: SpoolState): number => entries.reduce((sum, { bytes }) => sum + bytes, 0);

function entriesOf(folder: string): Entry[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const [, sequence, id] = NAME.exec(name) ?? [];
      if (sequence === undefined || id === undefined) return [];
      return [{ sequence: Number(sequence), id, bytes: onDisk(statSync(join(folder, name)).size), kept: null }];
    });
}

/** Of the newest batch that has one, else as it was written down when the last batch with one was delivered. */
function lastCheckpoint(folder: string, entries: readonly Entry[]): unknown {
  for (const file of [...entries.map((entry) => fileOf(folder, entry)).reverse(), join(folder, CHECKPOINT)])
    try {
      const { checkpoint } = z.object({ checkpoint: z.unknown() }).parse(JSON.parse(readFileSync(file, "utf8")));
      if (checkpoint !== null && checkpoint !== undefined) return checkpoint;
    } catch {
      // One that cannot be read says nothing; the one before it does.
    }
  return null;
}

function firstReadable(state: SpoolState): SpooledBatch | null {
  for (let entry = state.entries[0]; entry; entry = state.entries[0]) {
    if (entry.kept) return entry.kept;
    try {
      const { id, body } = readStored(fileOf(state.options.folder, entry));
      return { id, body };
    } catch (error) {
      state.options.logger.error({ id: entry.id, error: messageOf(error) }, "a batch on disk cannot be read and is given up");
      dropOldest(state, [entry]);
    }
  }
  return null;
}

function add(state: SpoolState, { body, checkpoint }: { body: string; checkpoint: unknown }): void {
  const { options, entries } = state;
  const droppedBefore = state.dropped;
  const entry = { sequence: (entries.at(-1)?.sequence ?? 0) + 1, id: newId("msg") };
  const text = JSON.stringify({ id: entry.id, body, checkpoint });
  const bytes = onDisk(Buffer.byteLength(text));
  while (entries.length > 0 && bytesOf(state) + bytes > options.bytesMax) dropOldest(state, entries);
  if (writeMakingRoom(state, fileOf(options.folder, entry), text)) entries.push({ ...entry, bytes, kept: null });
  else {
    if (entries.length >= IN_MEMORY_MAX) dropOldest(state, entries);
    entries.push({ ...entry, bytes: 0, kept: { id: entry.id, body } });
  }
  const dropped = state.dropped - droppedBefore;
  if (dropped > 0) options.logger.warn({ dropped }, "the spool or its disk is full: the oldest batches were dropped");
}

/** What is older makes room for what is newer. False: the disk takes nothing at all. */
function writeMakingRoom(state: SpoolState, file: string, text: string): boolean {
  for (;;) {
    try {
      writeWhole(file, text);
      return true;
    } catch (error) {
      const older = state.entries.filter(({ kept }) => kept === null);
      if (older.length === 0) {
        state.options.logger.warn({ error: messageOf(error) }, "the disk takes no batch: it is kept in memory");
        return false;
      }
      dropOldest(state, older);
    }
  }
}

function dropOldest(state: SpoolState, [oldest]: readonly Entry[]): void {
  if (!oldest) return;
  state.dropped += 1;
  discard(state, oldest);
}

/** The checkpoint outlives its batch: it is written down before the batch goes. */
function remove(state: SpoolState, id: string): void {
  const { folder, logger } = state.options;
  const entry = state.entries.find((candidate) => candidate.id === id);
  if (!entry) return;
  if (!entry.kept)
    try {
      const { checkpoint } = readStored(fileOf(folder, entry));
      if (checkpoint !== null) writeWhole(join(folder, CHECKPOINT), JSON.stringify({ checkpoint }));
    } catch (error) {
      logger.warn({ error: messageOf(error) }, "the agent's checkpoint could not be written");
    }
  discard(state, entry);
}

function discard({ entries, options }: SpoolState, entry: Entry): void {
  entries.splice(entries.indexOf(entry), 1);
  if (!entry.kept) rmSync(fileOf(options.folder, entry), { force: true });
}

import { readFileSync, statSync } from "node:fs";
import { messageOf } from "../platform/app-error.ts";
import type { Logger } from "../platform/logger.ts";

export interface WatchedFile<T> {
  /** The value as the file holds it now; null while there is none that can be read. */
  read(): T | null;
  /** Since when there has been no file, on the monotonic clock; null while there is one. */
  readonly missingSinceMs: number | null;
}

/** A small file that somebody else replaces: looked at when it is asked for, read when it is another one than before. */
export function watchFile<T>(path: string, parse: (text: string) => T, logger: Logger): WatchedFile<T> {
  let stamp = "";
  let value: T | null = null;
  let missingSinceMs: number | null = null;
  return {
    get missingSinceMs() {
      return missingSinceMs;
    },
    read: () => {
      try {
        const { ino, mtimeMs, size } = statSync(path);
        missingSinceMs = null;
        const now = `${ino} ${mtimeMs} ${size}`;
        if (now === stamp) return value;
        stamp = now;
        value = parse(readFileSync(path, "utf8"));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") missingSinceMs ??= performance.now();
        // What was read before still holds: a file that is being mended is no reason to stop.
        else logger.warn({ path, error: messageOf(error) }, "a file of the agent cannot be read; what it said before holds");
      }
      return value;
    },
  };
}

import { messageOf } from "../../platform/app-error.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Journal } from "./ports.ts";

export interface Announcer {
  /** Tells listeners of a migration as it stands a moment later. Never waited for. */
  tell(id: string, type: AnnouncedType): void;
}

type AnnouncedType = "migration.changed" | "migration.step";

const AFTER_MS = 25;

/**
 * One announcement at a time a migration: what changes while one is being written is told together by the next. Inside the
 * pause seven steps begin and end within a quarter of a second, and listeners want what stands, not each blink of it.
 */
export function createAnnouncer(journal: Pick<Journal, "announce">, logger: Logger): Announcer {
  const waiting = new Map<string, AnnouncedType>();
  const busy = new Set<string>();
  const run = async (id: string): Promise<void> => {
    busy.add(id);
    try {
      for (let type = waiting.get(id); type !== undefined; type = waiting.get(id)) {
        await new Promise((resolve) => setTimeout(resolve, AFTER_MS));
        waiting.delete(id);
        await journal.announce(id, type);
      }
    } catch (error) {
      logger.debug({ id, error: messageOf(error) }, "an event was not written");
    } finally {
      busy.delete(id);
    }
  };
  return {
    tell: (id, type) => {
      // A change of the whole migration is news for more listeners than a step's: it is never swallowed by one.
      if (waiting.get(id) !== "migration.changed") waiting.set(id, type);
      if (!busy.has(id)) void run(id);
    },
  };
}

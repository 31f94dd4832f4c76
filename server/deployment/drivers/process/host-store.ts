import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { writeWhole } from "../../../platform/write-whole.ts";
import { deployCommandSchema } from "../../domain/host-protocol.ts";

/** One instance as the host keeps it: enough to start it again, or to find it running after the host itself was killed. */
export const storedInstanceSchema = z.object({
  name: z.string(),
  epoch: z.number().int(),
  command: deployCommandSchema,
  token: z.string(),
  port: z.number().int(),
  adminPort: z.number().int(),
  pid: z.number().int().nullable(),
  /** Start time of that process in clock ticks since boot: a number that was given to another process is not it. */
  startTicks: z.string().nullable(),
  restarts: z.number().int(),
  startedAt: z.string().nullable(),
  changedAt: z.string(),
  lastExit: z.string().nullable(),
  /** With state: this copy is the owner, at `epoch`, and is opened again whenever its process starts. */
  active: z.boolean().default(false),
});
export type StoredInstance = z.infer<typeof storedInstanceSchema>;

interface Fences {
  epochs: Record<string, number>;
  /** Answers of the last commands, by id. */
  answers: Record<string, { status: number; text: string }>;
}

const ANSWERS_KEPT = 2_000;

export interface HostStore {
  readonly instances: readonly StoredInstance[];
  folderOf(name: string): string;
  save(instance: StoredInstance): void;
  remove(name: string, withState: boolean): void;
  /** False when `epoch` is lower than the highest seen for the component; otherwise remembers it. */
  admit(component: string, epoch: number): boolean;
  answerOf(commandId: string): { status: number; text: string } | null;
  remember(commandId: string, answer: { status: number; text: string }): void;
}

/** The host's memory, on disk before anything is answered. */
export function openHostStore(folder: string): HostStore {
  const home = join(folder, "instances");
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const fencesFile = join(folder, "fences.json");
  const fences: Fences = existsSync(fencesFile)
    ? (JSON.parse(readFileSync(fencesFile, "utf8")) as Fences)
    : { epochs: {}, answers: {} };
  const folderOf = (name: string): string => join(home, name);
  const saveFences = (): void => writeWhole(fencesFile, JSON.stringify(fences));
  return {
    instances: readdirSync(home).flatMap((name) => readInstance(join(home, name, "instance.json"))),
    folderOf,
    save: (instance) => {
      mkdirSync(join(folderOf(instance.name), "state"), { recursive: true, mode: 0o700 });
      writeWhole(join(folderOf(instance.name), "instance.json"), JSON.stringify(instance));
    },
    remove: (name, withState) => {
      rmSync(withState ? folderOf(name) : join(folderOf(name), "instance.json"), { recursive: true, force: true });
    },
    admit: (component, epoch) => {
      const highest = fences.epochs[component] ?? 0;
      if (epoch < highest) return false;
      if (epoch > highest) {
        fences.epochs[component] = epoch;
        saveFences();
      }
      return true;
    },
    answerOf: (commandId) => fences.answers[commandId] ?? null,
    remember: (commandId, answer) => {
      fences.answers[commandId] = answer;
      const ids = Object.keys(fences.answers);
      for (const old of ids.slice(0, Math.max(0, ids.length - ANSWERS_KEPT))) Reflect.deleteProperty(fences.answers, old);
      saveFences();
    },
  };
}

/** A file that cannot be read is an instance that was being removed: it is skipped, its folder stays for a look. */
function readInstance(file: string): StoredInstance[] {
  try {
    return [storedInstanceSchema.parse(JSON.parse(readFileSync(file, "utf8")))];
  } catch {
    return [];
  }
}

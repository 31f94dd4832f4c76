import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";

interface Memory {
  highestEpoch: number;
  epoch: number;
  open: boolean;
  /** Answers of the last commands, by id: a repeat is told what the first was. */
  answers: Record<string, { status: number; text: string }>;
}

const ANSWERS_KEPT = 200;

/** Whether this copy may be written to, and at which epoch. On disk before anybody is told. */
export class Ownership {
  readonly #file: string;
  readonly #memory: Memory;

  constructor(folder: string, first: { epoch: number; open: boolean }) {
    this.#file = join(folder, "ownership.json");
    this.#memory = existsSync(this.#file)
      ? (JSON.parse(readFileSync(this.#file, "utf8")) as Memory)
      : { highestEpoch: first.epoch, epoch: first.epoch, open: first.open, answers: {} };
    this.#save();
  }

  get open(): boolean {
    return this.#memory.open;
  }

  get epoch(): number {
    return this.#memory.epoch;
  }

  /** False when a higher epoch was seen before. */
  admit(epoch: number): boolean {
    if (epoch < this.#memory.highestEpoch) return false;
    if (epoch > this.#memory.highestEpoch) {
      this.#memory.highestEpoch = epoch;
      this.#save();
    }
    return true;
  }

  set(open: boolean, epoch: number): void {
    this.#memory.open = open;
    this.#memory.epoch = epoch;
    this.#save();
  }

  answerOf(commandId: string): { status: number; text: string } | null {
    return this.#memory.answers[commandId] ?? null;
  }

  remember(commandId: string, answer: { status: number; text: string }): void {
    this.#memory.answers[commandId] = answer;
    for (const old of Object.keys(this.#memory.answers).slice(0, -ANSWERS_KEPT))
      Reflect.deleteProperty(this.#memory.answers, old);
    this.#save();
  }

  #save(): void {
    const handle = openSync(`${this.#file}.new`, "w", 0o600);
    writeSync(handle, JSON.stringify(this.#memory));
    fsyncSync(handle);
    closeSync(handle);
    renameSync(`${this.#file}.new`, this.#file);
  }
}

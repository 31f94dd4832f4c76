import { mkdirSync } from "node:fs";
import { Journal, type Appended, type Chunk } from "./journal.ts";
import { KeyedState } from "./keyed-state.ts";
import { Ownership } from "./ownership.ts";

export interface StoreOptions {
  readonly folder: string;
  readonly epoch: number;
  readonly open: boolean;
  /** Bugs planted on purpose: the crash tests must find them. */
  /** Of a disk that is slower than this machine's; 0 for none. */
  readonly slowDiskMs: number;
  readonly planted: "no-epoch-check" | "position-before-drain" | null;
}

/** A component's state: the journal, what its lines mean, and who may write. */
export class StatefulStore {
  readonly ownership: Ownership;
  readonly journal: Journal;
  readonly checksNoEpoch: boolean;
  readonly #state = new KeyedState();
  readonly #readsBeforeDrain: boolean;
  #sealedEarlyAt: number | null = null;
  /** Writes on their way to the disk, by document and key. */
  readonly #pending = new Map<string, Promise<number>>();
  #drained: (() => void)[] = [];

  constructor({ folder, epoch, open, slowDiskMs, planted }: StoreOptions) {
    mkdirSync(folder, { recursive: true });
    this.ownership = new Ownership(folder, { epoch, open });
    this.journal = new Journal(folder, (line) => void this.#state.apply(line), slowDiskMs);
    this.checksNoEpoch = planted === "no-epoch-check";
    this.#readsBeforeDrain = planted === "position-before-drain";
  }

  /** Applies a write once and answers its revision when it is on the disk; null when this copy is sealed or not yet open. */
  async write(document: string, key: string, item: string, quantity: number): Promise<number | null> {
    if (!this.ownership.open) return null;
    const known = this.#state.revisionOf(document, key);
    if (known !== undefined) return known;
    // The same key while its first write is on its way to the disk waits for that one.
    const id = `${document}\n${key}`;
    const pending = this.#pending.get(id) ?? this.#writeLine(id, this.#state.lineOf(document, key, item, quantity));
    return await pending;
  }

  #writeLine(id: string, line: string): Promise<number> {
    const writing = this.journal
      .append(line)
      .then(() => this.#state.apply(line))
      .finally(() => {
        this.#pending.delete(id);
        if (this.#pending.size === 0) for (const resolve of this.#drained.splice(0)) resolve();
      });
    this.#pending.set(id, writing);
    return writing;
  }

  read(document: string): ReturnType<KeyedState["read"]> | null {
    return this.ownership.open ? this.#state.read(document) : null;
  }

  /** Stops new writes, waits for those in flight, and only then reads the position. */
  async seal() {
    const early = this.describe();
    this.ownership.set(false, this.ownership.epoch);
    if (this.#readsBeforeDrain) this.#sealedEarlyAt = Number(early.position);
    if (this.#pending.size > 0) await new Promise<void>((resolve) => this.#drained.push(resolve));
    return this.#readsBeforeDrain ? { ...early, sealed: true } : this.describe();
  }

  /** What stands behind a position; null where this copy does not have it. */
  readFrom(since: number): Chunk | null {
    if (!Number.isSafeInteger(since) || since < 0 || since > this.journal.position) return null;
    return this.journal.read(since, this.#sealedEarlyAt);
  }

  receive(text: string, chunk: { from: number; to: number; digest: string | null }): Promise<Appended> {
    return this.journal.receive(text, chunk, (line) => void this.#state.apply(line));
  }

  describe() {
    return {
      position: String(this.journal.position),
      digest: this.journal.digest,
      items: this.#state.count,
      epoch: this.ownership.epoch,
      sealed: !this.ownership.open,
    };
  }
}

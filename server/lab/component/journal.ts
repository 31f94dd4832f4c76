import { createHash } from "node:crypto";
import { existsSync, fdatasync, fstatSync, ftruncateSync, openSync, readFileSync, write } from "node:fs";
import { join } from "node:path";

/** Digest of an empty journal. */
const EMPTY_DIGEST = createHash("sha256").digest("hex");
/** A reader gets about this much at once and asks again from where it ended. */
const CHUNK_BYTES = 1024 * 1024;

export interface Chunk {
  readonly text: string;
  readonly position: number;
  readonly digest: string;
  readonly complete: boolean;
}

export type Appended = "appended" | "gap" | "digest";

/**
 * A component's state as an append-only log of lines: the position is the number of lines on the disk, the digest a chain
 * over them (each is the SHA-256 of the one before and the line), so two copies at one position either agree or are told
 * apart. What is not on the disk yet is nobody's: it is neither counted nor handed out. Writers of one moment share a flush.
 */
export class Journal {
  readonly #handle: number;
  readonly #lines: string[] = [];
  readonly #digests: string[] = [];
  #queued: { line: string; done: (error: Error | null) => void }[] = [];
  #flushing = false;
  /** Added to every flush: what happens while a write is on its way is rare on a fast disk. */
  readonly #slowDiskMs: number;

  constructor(folder: string, onLine: (line: string) => void, slowDiskMs = 0) {
    this.#slowDiskMs = slowDiskMs;
    const file = join(folder, "journal.jsonl");
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const end = text.lastIndexOf("\n") + 1;
    this.#handle = openSync(file, "a+", 0o600);
    // What stands behind the last line break was being written when the process was killed, and nobody was told of it.
    if (end < text.length) ftruncateSync(this.#handle, Buffer.byteLength(text.slice(0, end)));
    for (const line of text.slice(0, end).split("\n")) {
      if (line === "") continue;
      this.#take(line);
      onLine(line);
    }
  }

  get position(): number {
    return this.#lines.length;
  }

  get digest(): string {
    return this.#digests.at(-1) ?? EMPTY_DIGEST;
  }

  /** Resolves when the line is on the disk; rejects when it cannot be, and then it was never written. */
  append(line: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queued.push({ line, done: (error) => (error ? reject(error) : resolve()) });
      if (!this.#flushing) void this.#flush();
    });
  }

  /** `until`: the last position to hand out; null for all there is. */
  read(since: number, until: number | null = null): Chunk {
    const last = Math.min(this.#lines.length, until ?? this.#lines.length);
    let bytes = 0;
    let end = since;
    while (end < last && bytes < CHUNK_BYTES) {
      bytes += (this.#lines[end]?.length ?? 0) + 1;
      end += 1;
    }
    const lines = this.#lines.slice(since, end).map((line) => `${line}\n`);
    return {
      text: lines.join(""),
      position: end,
      digest: this.#digests[end - 1] ?? EMPTY_DIGEST,
      complete: end >= last,
    };
  }

  /** Takes lines that another copy read at `from`; nothing is kept of a chunk whose digest is wrong. */
  async receive(
    text: string,
    chunk: { from: number; to: number; digest: string | null },
    onLine: (line: string) => void,
  ): Promise<Appended> {
    if (chunk.from !== this.position) return "gap";
    const lines = text.split("\n").filter((line) => line !== "");
    const digest = lines.reduce(chain, this.digest);
    if (lines.length !== chunk.to - chunk.from || (chunk.digest !== null && chunk.digest !== digest)) return "digest";
    await Promise.all(lines.map((line) => this.append(line)));
    for (const line of lines) onLine(line);
    return "appended";
  }

  #take(line: string): void {
    this.#digests.push(chain(this.digest, line));
    this.#lines.push(line);
  }

  async #flush(): Promise<void> {
    this.#flushing = true;
    while (this.#queued.length > 0) {
      const batch = this.#queued;
      this.#queued = [];
      const error = await this.#write(Buffer.from(batch.map(({ line }) => `${line}\n`).join(""))).catch((failure: unknown) =>
        failure instanceof Error ? failure : new Error(String(failure)),
      );
      for (const { line, done } of batch) {
        if (!error) this.#take(line);
        done(error ?? null);
      }
    }
    this.#flushing = false;
  }

  /** All of it, on the disk; what a full disk took of it is cut off again, so that the file holds whole lines only. */
  async #write(data: Buffer): Promise<undefined> {
    const { size } = fstatSync(this.#handle);
    try {
      for (let offset = 0; offset < data.length;) offset += await writePart(this.#handle, data, offset);
      await dataSync(this.#handle);
      if (this.#slowDiskMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#slowDiskMs));
      return undefined;
    } catch (error) {
      ftruncateSync(this.#handle, size);
      throw error;
    }
  }
}

const writePart = (handle: number, data: Buffer, offset: number): Promise<number> =>
  new Promise((resolve, reject) => {
    write(handle, data, offset, data.length - offset, null, (error, written) => (error ? reject(error) : resolve(written)));
  });

const dataSync = (handle: number): Promise<void> =>
  new Promise((resolve, reject) => {
    fdatasync(handle, (error) => (error ? reject(error) : resolve()));
  });

const chain = (digest: string, line: string): string => createHash("sha256").update(digest).update(line).digest("hex");

import { createHash } from "node:crypto";
import { closeSync, existsSync, fdatasync, ftruncateSync, openSync, readFileSync, write } from "node:fs";
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
 * A component's state as an append-only log of lines: the position is the number of lines, the digest a chain over them
 * (each is the SHA-256 of the one before and the line), so two copies at one position either agree or are told apart.
 * A line counts as written once it is on the disk; writers of one moment share a flush.
 */
export class Journal {
  readonly #handle: number;
  readonly #lines: string[] = [];
  readonly #digests: string[] = [];
  readonly #waiting: (() => void)[] = [];
  #unflushed = "";
  #flushing = false;

  constructor(folder: string, onLine: (line: string) => void) {
    const file = join(folder, "journal.jsonl");
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const end = text.lastIndexOf("\n") + 1;
    this.#handle = openSync(file, "a+", 0o600);
    // What stands behind the last line break was being written when the process was killed, and nobody was told of it.
    if (Buffer.byteLength(text.slice(end)) > 0) ftruncateSync(this.#handle, Buffer.byteLength(text.slice(0, end)));
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

  /** Resolves when the line is on the disk. */
  append(line: string): Promise<void> {
    this.#take(line);
    this.#unflushed += `${line}\n`;
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      if (!this.#flushing) this.#flush();
    });
  }

  read(since: number): Chunk {
    let bytes = 0;
    let end = since;
    while (end < this.#lines.length && bytes < CHUNK_BYTES) {
      bytes += (this.#lines[end]?.length ?? 0) + 1;
      end += 1;
    }
    const text = this.#lines
      .slice(since, end)
      .map((line) => `${line}\n`)
      .join("");
    return { text, position: end, digest: this.#digests[end - 1] ?? EMPTY_DIGEST, complete: end === this.#lines.length };
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
    const written = lines.map((line) => {
      onLine(line);
      return this.append(line);
    });
    await Promise.all(written);
    return "appended";
  }

  close(): void {
    closeSync(this.#handle);
  }

  #take(line: string): void {
    this.#digests.push(chain(this.digest, line));
    this.#lines.push(line);
  }

  #flush(): void {
    const text = this.#unflushed;
    const done = this.#waiting.splice(0);
    this.#unflushed = "";
    this.#flushing = true;
    write(this.#handle, text, (error) => {
      if (error) throw error;
      fdatasync(this.#handle, (failure) => {
        if (failure) throw failure;
        this.#flushing = false;
        for (const resolve of done) resolve();
        if (this.#waiting.length > 0) this.#flush();
      });
    });
  }
}

const chain = (digest: string, line: string): string => createHash("sha256").update(digest).update(line).digest("hex");

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";

/** Replaces a file in one step, on disk before this returns: after a power cut, a `kill -9` or on a full disk it is the old one or the new one, never half of one. */
export function writeWhole(file: string, text: string): void {
  const temporary = `${file}.new`;
  try {
    const handle = openSync(temporary, "w", 0o600);
    try {
      // A disk that fills up takes a part first, and refuses the rest.
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length;) written += writeSync(handle, bytes, written);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

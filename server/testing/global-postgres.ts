import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../platform/db/embedded-postgres.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Owner's address of the run's own PostgreSQL. */
    postgresUrl: string;
    postgresFolder: string;
  }
}

/** One real PostgreSQL for a whole run, gone with it; each test file makes databases of its own in it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "geostitch-test-"));
  const postgres = await startEmbeddedPostgres(folder);
  project.provide("postgresUrl", postgres.ownerUrl);
  project.provide("postgresFolder", folder);
  return async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { createEmbeddedPostgres } from "../platform/db/embedded-postgres.ts";

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
  const postgres = createEmbeddedPostgres(folder);
  project.provide("postgresUrl", await postgres.start());
  project.provide("postgresFolder", folder);
  return async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

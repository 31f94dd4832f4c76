import { defineConfig } from "vitest/config";

const at = (name: string, include: string[], extra: Record<string, unknown> = {}) => ({
  test: { name, include, exclude: ["**/node_modules/**", "**/.next/**"], testTimeout: 30_000, hookTimeout: 60_000, ...extra },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      // No I/O, milliseconds.
      at("domain", ["server/*/domain/**/*.test.ts", "components/**/*.test.ts", "server/platform/*.test.ts"]),
      // Real sockets and processes on loopback.
      at(
        "drivers",
        [
          "server/*/drivers/**/*.test.ts",
          "server/*/engine/**/*.test.ts",
          "server/lab/*.test.ts",
          "server/lab/{relay,clients,component}/**/*.test.ts",
          "server/*/*.test.ts",
          "server/processes/**/*.test.ts",
        ],
        { exclude: ["**/node_modules/**", "server/api/**", "server/platform/**", "server/lab/domain/**", "server/testing/**"] },
      ),
      // Real PostgreSQL, one for the run, a database of its own per file.
      at(
        "store",
        [
          "server/*/store/**/*.test.ts",
          "server/platform/db/**/*.test.ts",
          "server/api/**/*.test.ts",
          "server/testing/**/*.test.ts",
        ],
        {
          globalSetup: ["server/testing/global-postgres.ts"],
        },
      ),
    ],
  },
});

import { homedir } from "node:os";
import { expect, test } from "vitest";
import { readInstallationEnv } from "./env.ts";

const read = (env: Record<string, string>) => readInstallationEnv(env as unknown as NodeJS.ProcessEnv, "/clone");

test.each([
  ["GEOSTITCH_CONSOLE_PORT", "0x50"],
  ["GEOSTITCH_GATEWAY_PORT", "65536"],
  ["GEOSTITCH_INTAKE_PORT", "3000"],
  ["GEOSTITCH_LAB_SPEED", "fast"],
  ["GEOSTITCH_LAB_SEED", "1.5"],
  ["GEOSTITCH_LAB_CLOCK", "morning"],
  ["GEOSTITCH_LAB", "yes"],
  ["GEOSTITCH_ORCHESTRATOR", "none"],
  ["GEOSTITCH_TRUSTED_PROXIES", "10.0.0.0/8, 10.1"],
  ["GEOSTITCH_TRUSTED_PROXIES", "10.0.0.0/99"],
  ["GEOSTITCH_LOG_LEVEL", "loud"],
  ["GEOSTITCH_ADMIN_EMAIL", "nobody"],
  ["DATABASE_URL", "http://database"],
  ["GEOSTITCH_DATABASE_APP_URL", "postgresql://role@127.0.0.1/database"],
])("a value of %s that cannot be used, %s, is refused in one line that names it", (name, value) => {
  expect(() => read({ [name]: value })).toThrow(new RegExp(`^${name}: [^\\n]+$`));
});

test("an empty variable counts as unset", () => {
  const { GEOSTITCH_LAB_SPEED, GEOSTITCH_GEOIP_DB, dataDir } = read({
    GEOSTITCH_LAB_SPEED: "",
    GEOSTITCH_GEOIP_DB: "",
    GEOSTITCH_DATA_DIR: "",
    DATABASE_URL: "",
  });
  expect({ GEOSTITCH_LAB_SPEED, GEOSTITCH_GEOIP_DB, dataDir }).toEqual({
    GEOSTITCH_LAB_SPEED: 60,
    GEOSTITCH_GEOIP_DB: undefined,
    dataDir: "/clone/.geostitch",
  });
});

test("paths begin at the clone, and ~ is the user's own folder", () => {
  const env = read({ GEOSTITCH_DATA_DIR: "~/data", GEOSTITCH_LAB_WORLD: "worlds/mine.yaml", GEOSTITCH_GEOIP_DB: "/a.mmdb" });
  expect([env.dataDir, env.GEOSTITCH_LAB_WORLD, env.GEOSTITCH_GEOIP_DB]).toEqual([
    `${homedir()}/data`,
    "/clone/worlds/mine.yaml",
    "/a.mmdb",
  ]);
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { seededRandom, seedOf } from "../../lab/domain/demand.ts";
import { loadWorld } from "../../lab/index.ts";

const SHIPPED = new URL("../../lab/worlds/three-continents/world.yaml", import.meta.url).pathname;

export interface DayWorld {
  readonly file: string;
  /** Where everything stands when the day begins. */
  readonly home: string;
  remove(): void;
}

/**
 * The shipped world with a home of its own: the seed draws it among all places, since what a day can gain depends on nothing as
 * much as on where it begins, and three days that begin in one place are one day three times.
 */
export function dayWorld(seed: number, home: string | null): DayWorld {
  const { file } = loadWorld(SHIPPED);
  const places = file.spec.dataCenters.map(({ metadata }) => metadata.name);
  const drawn = home ?? places[Math.floor(seededRandom(seedOf("home", String(seed)))() * places.length)] ?? "";
  if (!places.includes(drawn)) throw new Error(`--home ${drawn}: expected one of ${places.join(", ")}`);
  const world = parse(readFileSync(SHIPPED, "utf8")) as WrittenWorld;
  const beside = (path: string): string => resolve(dirname(SHIPPED), path);
  world.spec.rtt.csv = beside(world.spec.rtt.csv);
  world.spec.users.cities = beside(world.spec.users.cities);
  for (const application of world.spec.applications) application.topology = beside(application.topology);
  world.spec.initialPlacement = { strategy: "single", dataCenter: drawn };
  const folder = mkdtempSync(join(tmpdir(), "geostitch-day-"));
  const written = join(folder, "world.yaml");
  writeFileSync(written, stringify(world));
  return { file: written, home: drawn, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** What of a world file is changed; everything else is carried over as it is written. */
interface WrittenWorld {
  readonly spec: {
    readonly rtt: { csv: string };
    readonly applications: { topology: string }[];
    readonly users: { cities: string };
    initialPlacement: unknown;
  };
}

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import { seededRandom, seedOf } from "../../lab/domain/demand.ts";
import { loadWorld } from "../../lab/index.ts";
import { bestOverDay, possibleGainPercent, type DayBound } from "./best-place.ts";

const SHIPPED = new URL("../../lab/worlds/three-continents/world.yaml", import.meta.url).pathname;

export interface DayWorld {
  readonly file: string;
  /** Where everything stands when the day begins. */
  readonly home: string;
  /** What could be gained from there by somebody who knows the future. */
  readonly bound: DayBound;
  /** Places that were drawn before it, each with why the day does not begin there. */
  readonly passedOver: readonly string[];
  remove(): void;
}

export interface DayQuestion {
  readonly seed: number;
  /** Null: the seed draws it. */
  readonly home: string | null;
  readonly begin: Date;
  /** By how much less users' links would have to take in the best place of each moment than at home, percent. */
  readonly gainPercentMin: number;
}

const DRAWS_MAX = 200;

/**
 * The shipped world with a home of its own: the seed draws it among all places, since what a day can gain depends on nothing as
 * much as on where it begins, and three days that begin in one place are one day three times. A home from which nobody could gain
 * enough, whatever is decided, says nothing of what decides: it is passed over, and drawn again.
 */
export function dayWorld({ seed, home, begin, gainPercentMin }: DayQuestion): DayWorld {
  const { file } = loadWorld(SHIPPED);
  const places = file.spec.dataCenters.map(({ metadata }) => metadata.name);
  if (home !== null && !places.includes(home)) throw new Error(`--home ${home}: expected one of ${places.join(", ")}`);
  const beginIn = (place: string): Omit<DayWorld, "passedOver"> => {
    const world = writeWorld(place);
    return { ...world, home: place, bound: bestOverDay(world.file, begin) };
  };
  if (home !== null) return { ...beginIn(home), passedOver: [] };
  const random = seededRandom(seedOf("home", String(seed)));
  const passedOver = new Map<string, string>();
  for (let draws = 0; draws < DRAWS_MAX; draws += 1) {
    const drawn = places[Math.floor(random() * places.length)] ?? "";
    if (passedOver.has(drawn)) continue;
    const world = beginIn(drawn);
    const possible = possibleGainPercent(world.bound);
    if (possible >= gainPercentMin) return { ...world, passedOver: [...passedOver.values()] };
    world.remove();
    passedOver.set(drawn, `${drawn} (${possible.toFixed(1)} %)`);
  }
  throw new Error(`expected a home from which ${gainPercentMin} % can be gained, found none in ${DRAWS_MAX} draws`);
}

function writeWorld(home: string): Pick<DayWorld, "file" | "remove"> {
  const world = parse(readFileSync(SHIPPED, "utf8")) as WrittenWorld;
  const beside = (path: string): string => resolve(dirname(SHIPPED), path);
  world.spec.rtt.csv = beside(world.spec.rtt.csv);
  world.spec.users.cities = beside(world.spec.users.cities);
  for (const application of world.spec.applications) application.topology = beside(application.topology);
  world.spec.initialPlacement = { strategy: "single", dataCenter: home };
  const folder = mkdtempSync(join(tmpdir(), "geostitch-day-"));
  const written = join(folder, "world.yaml");
  writeFileSync(written, stringify(world));
  return { file: written, remove: () => rmSync(folder, { recursive: true, force: true }) };
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

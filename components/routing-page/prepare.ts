import type { Feature, FeatureCollection, LineString, Polygon } from "geojson";
import type { DataCenterDto, DensityDto, RoutingDto, SimulationDto } from "../../server/api/shapes/index.ts";
import { nearestEntry } from "../../server/routing-layer/domain/nearest-entry.ts";
import { countryName, milliseconds, number } from "../ui/format.ts";
import { collection, greatCircle } from "../world-map/geo.ts";
import { userHexes } from "../world-map/prepare.ts";

export type RoutedComponent = RoutingDto["components"][number];
type NameOf = (dataCenter: string) => string;

/** Series that differ for everybody; what is further takes the neutral colour. */
const SERIES_MAX = 6;

export interface Destination {
  readonly dataCenter: string;
  /** 1..6; 0 is neutral. */
  readonly series: number;
  /** Entries that send users there. */
  readonly entries: number;
  readonly requestsPerSecond: number;
}

/** Where users of a component are sent, the busiest first. */
export function destinationsOf({ routes }: Pick<RoutedComponent, "routes">): readonly Destination[] {
  const places = Map.groupBy(
    routes.filter(({ chosen }) => chosen !== null),
    ({ chosen }) => chosen?.dataCenter ?? "",
  );
  return [...places]
    .map(([dataCenter, group]) => ({
      dataCenter,
      entries: group.length,
      requestsPerSecond: group.reduce((sum, route) => sum + route.requestsPerSecond, 0),
    }))
    .sort(
      (a, b) => b.requestsPerSecond - a.requestsPerSecond || b.entries - a.entries || a.dataCenter.localeCompare(b.dataCenter),
    )
    .map((place, index) => ({ ...place, series: index < SERIES_MAX ? index + 1 : 0 }));
}

export interface EntryRow {
  readonly entry: string;
  readonly dataCenter: string | null;
  readonly instance: string | null;
  readonly epoch: number | null;
  /** Instances there that take turns. */
  readonly instances: number;
  readonly latencyMs: number | null;
  readonly latencyFrom: string | null;
  readonly requestsPerSecond: number;
  readonly share: number | null;
  readonly seenMsP95: number | null;
  /** Where users of the last minutes were answered from, where that is another place: a move was in between. */
  readonly otherwise: readonly (string | null)[];
  /** Of the routes in force there; null where nobody knows. */
  readonly version: number | null;
  readonly acknowledged: boolean;
  readonly isHolding: boolean;
  readonly series: number;
}

/** Each entry with where it sends users now and where they went, the busiest first. */
export function entryRows({ entries }: RoutingDto, component: RoutedComponent): readonly EntryRow[] {
  const destinations = destinationsOf(component);
  return component.routes
    .map(({ entry, chosen, requestsPerSecond, share, served }): EntryRow => {
      const status = entries.find(({ dataCenter }) => dataCenter === entry);
      return {
        entry,
        dataCenter: chosen?.dataCenter ?? null,
        instance: chosen?.instance ?? null,
        epoch: chosen?.epoch ?? null,
        instances: chosen?.instances ?? 0,
        latencyMs: chosen?.latencyMs ?? null,
        latencyFrom: chosen?.latencyFrom ?? null,
        requestsPerSecond,
        share,
        seenMsP95: served.find(({ dataCenter }) => dataCenter === chosen?.dataCenter)?.latencyMsP95 ?? null,
        otherwise: served.flatMap(({ dataCenter }) => (dataCenter === chosen?.dataCenter ? [] : [dataCenter])),
        version: status?.version ?? null,
        acknowledged: status?.acknowledged ?? false,
        isHolding: status?.holding.includes(component.component) ?? false,
        series: destinations.find(({ dataCenter }) => dataCenter === chosen?.dataCenter)?.series ?? 0,
      };
    })
    .sort((a, b) => b.requestsPerSecond - a.requestsPerSecond || a.entry.localeCompare(b.entry));
}

/** Where else users of the last minutes were answered from, in words; null is nobody. */
export function alsoWords(otherwise: EntryRow["otherwise"], nameOf: NameOf): string {
  const places = otherwise.filter((place) => place !== null).map(nameOf);
  const refused = otherwise.includes(null) ? ["some got 503"] : [];
  return [...(places.length === 0 ? [] : [`before from ${places.join(", ")}`]), ...refused].join("; ");
}

/** "13 of 13 entries have version 42", or who has not. */
export function publishedWords({ version, entries, gatewayProblem }: RoutingDto, nameOf: NameOf): string {
  if (version === null) return "No routes have been published yet.";
  if (gatewayProblem !== null) return `Version ${version}. The gateway does not answer: nobody knows which entries have it.`;
  const behind = entries.filter(({ acknowledged }) => !acknowledged).map(({ dataCenter }) => nameOf(dataCenter));
  const all = `${entries.length - behind.length} of ${entries.length} entries have version ${version}`;
  return behind.length === 0 ? `${all}.` : `${all}; behind: ${behind.join(", ")}.`;
}

interface CatchmentQuestion {
  readonly places: readonly DataCenterDto[];
  readonly density: DensityDto;
  readonly rows: readonly EntryRow[];
}

const WAY_WIDTH = { least: 1.2, most: 3.2 };

/** Users' cells in the colour of where their nearest entry sends them, and the ways between entries and there. */
export function catchments({ places, density, rows }: CatchmentQuestion): FeatureCollection<Polygon | LineString> {
  const byEntry = new Map(rows.map((row) => [row.entry, row]));
  const dataCenters = places.map(({ metadata, spec }) => ({ name: metadata.name, ...spec.location }));
  const snapshot = { version: 0, publishedAt: "", dataCenters, links: [], components: [] };
  const cells = userHexes(density).features.map((feature, index): Feature<Polygon> => {
    const cell = density.cells[index];
    const entry = cell ? nearestEntry({ snapshot, point: cell, isOpen: (place) => byEntry.has(place) }) : null;
    return { ...feature, properties: { ...feature.properties, series: byEntry.get(entry ?? "")?.series ?? 0 } };
  });
  const at = new Map(dataCenters.map((place) => [place.name, place]));
  const most = Math.max(1, ...rows.map(({ requestsPerSecond }) => requestsPerSecond));
  const ways = rows.flatMap(({ entry, dataCenter, requestsPerSecond, series }): Feature<LineString>[] => {
    const [a, b] = [at.get(entry), at.get(dataCenter ?? "")];
    if (!a || !b || a === b) return [];
    const width = WAY_WIDTH.least + (requestsPerSecond / most) * (WAY_WIDTH.most - WAY_WIDTH.least);
    return [{ type: "Feature", properties: { series, width }, geometry: { type: "LineString", coordinates: greatCircle(a, b) } }];
  });
  return collection<Polygon | LineString>([...cells, ...ways]);
}

/** `[name, country, latitude, longitude]`, as `public/map/cities.json` has them. */
export type City = readonly [name: string, country: string, latitude: number, longitude: number];

export type From =
  { readonly address: string } | { readonly country: string } | { readonly latitude: number; readonly longitude: number };

const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .trim()
    .toLowerCase();
export const cityLabel = ([name, country]: City): string => `${name}, ${countryName(country)}`;

/** What somebody typed, as a place: an address, a city, a country by name or letters, or `latitude, longitude`. */
export function placeOf(text: string, cities: readonly City[]): From | null {
  const wanted = plain(text);
  if (/^(\d{1,3}\.){3}\d{1,3}$/.test(wanted) || /^[0-9a-f:]*:[0-9a-f:.]*$/.test(wanted)) return { address: wanted };
  const point = /^(-?\d+(?:\.\d+)?)[,\s]+(-?\d+(?:\.\d+)?)$/.exec(wanted);
  if (point) return { latitude: Number(point[1]), longitude: Number(point[2]) };
  const city = cities.find((entry) => plain(cityLabel(entry)) === wanted) ?? cities.find(([name]) => plain(name) === wanted);
  if (city) return { latitude: city[2], longitude: city[3] };
  if (/^[a-z]{2}$/.test(wanted)) return { country: wanted.toUpperCase() };
  const country = cities.find(([, code]) => plain(countryName(code)) === wanted)?.[1];
  return country === undefined ? null : { country };
}

/** About a metre, and few enough that no number is written with an exponent. */
const POINT_DIGITS = 5;

/** The place as the command takes it: the point that was asked, since the terminal knows fewer cities, and no country by its name. */
export function fromOption(from: From): string {
  if ("address" in from) return `--from ${from.address}`;
  if ("country" in from) return `--from ${from.country}`;
  const [latitude, longitude] = [from.latitude, from.longitude].map((degrees) => Number(degrees.toFixed(POINT_DIGITS)));
  return `--from "${latitude},${longitude}"`;
}

/** The answer as sentences, in the order in which the gateway decides. */
export function reasonsOf(answer: SimulationDto, who: string, nameOf: NameOf): readonly string[] {
  const { entry, entries, chosen, runnerUp, component } = answer;
  if (entry === null) return ["No entry has routes yet: nobody is served."];
  const [nearest, next] = entries;
  const enters = nearest
    ? `A user of ${who} enters at ${nameOf(entry)}: ${number(Math.round(nearest.distanceKm))} km away, about ${milliseconds(nearest.accessMs)}.${
        next ? ` The next entry, ${nameOf(next.dataCenter)}, is ${number(Math.round(next.distanceKm))} km away.` : ""
      }`
    : `A user of ${who} enters at ${nameOf(entry)}, the place with most instances: nobody knows where they are.`;
  if (!chosen) return [enters, `No instance of ${component} can serve now.`];
  const turns = chosen.instances > 1 ? `one of ${chosen.instances} instances there, in turns` : chosen.instance;
  const served = `That entry sends them to ${nameOf(chosen.dataCenter)}, ${turns}, at epoch ${chosen.epoch}: ${milliseconds(chosen.latencyMs)} from there, ${chosen.latencyFrom}.`;
  const other = runnerUp
    ? `${nameOf(runnerUp.dataCenter)} would be next, ${milliseconds(runnerUp.latencyMs - chosen.latencyMs)} slower (${runnerUp.latencyFrom}).`
    : `${component} runs in no other place.`;
  return [enters, served, other];
}

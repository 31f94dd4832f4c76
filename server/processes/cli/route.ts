import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { parse } from "csv-parse/sync";
import type { SimulationDto } from "../../api/shapes/index.ts";
import { Refused } from "./client.ts";

const CITIES = new URL("../../lab/worlds/three-continents/cities.csv", import.meta.url);

interface City {
  readonly name: string;
  readonly country: string;
  readonly latitude: string;
  readonly longitude: string;
}

const plain = (text: string): string =>
  text
    .normalize("NFD")
    .replaceAll(/\p{Diacritic}/gu, "")
    .toLowerCase();

/** `--from` as a query: an address, a country's two letters, `latitude,longitude`, or one of the world's larger cities. */
export function placeQuery(from: string): string {
  const text = from.trim();
  if (isIP(text)) return `address=${encodeURIComponent(text)}`;
  if (/^[a-z]{2}$/i.test(text)) return `country=${text.toUpperCase()}`;
  const point = /^(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)$/.exec(text);
  if (point) return `latitude=${point[1] ?? ""}&longitude=${point[2] ?? ""}`;
  const cities = parse<City>(readFileSync(CITIES), { columns: true });
  const city = cities.find(({ name }) => plain(name) === plain(text));
  if (!city)
    throw new Refused(`--from: no city ${text} is known; an address, two letters of a country, or latitude,longitude do, too`);
  return `latitude=${city.latitude}&longitude=${city.longitude}`;
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

/** What a person looks for: which way, how long, and what would be next. */
export function routeRows({ entry, entries, chosen, runnerUp, notes }: SimulationDto): Record<string, string>[] {
  const row = (what: string, where: string, why: string): Record<string, string> => ({ what, where, why });
  const [nearest] = entries;
  return [
    row(
      "enters at",
      entry ?? "-",
      nearest ? `${Math.round(nearest.distanceKm)} km, about ${ms(nearest.accessMs)}` : "busiest place",
    ),
    row(
      "is served by",
      chosen ? `${chosen.instance} in ${chosen.dataCenter}` : "-",
      chosen ? `${ms(chosen.latencyMs)} from there, ${chosen.latencyFrom}` : "",
    ),
    ...(runnerUp && chosen
      ? [row("next best", runnerUp.dataCenter, `${ms(runnerUp.latencyMs - chosen.latencyMs)} slower, ${runnerUp.latencyFrom}`)]
      : []),
    ...notes.map(({ code, message }) => row("note", code, message)),
  ];
}

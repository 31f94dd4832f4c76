import { distanceKm, type Point } from "../../connectivity-management/domain/estimate-round-trip.ts";
import { seededRandom } from "../domain/demand.ts";
import type { City } from "../domain/world.ts";

type Locate = (address: string) => (Point & { readonly country: string }) | null;

interface Found extends Point {
  readonly address: string;
}

const PROBES = 200_000;
/** Enough to have one near most cities of a country; more only costs time. */
const PER_COUNTRY_MAX = 2_000;

/**
 * Gives each city without an address the one, among those that were asked for in the seed's order, that geolocation finds in
 * its country and nearest to it. A city of a country that was never met keeps null: its users count as unplaced.
 */
export function withAddresses(cities: readonly City[], locate: Locate, seed: number): readonly City[] {
  const wanted = new Set(cities.filter((city) => city.address === null).map((city) => city.country));
  if (wanted.size === 0) return cities;
  const byCountry = probe(wanted, locate, seed);
  return cities.map((city) => {
    if (city.address !== null) return city;
    const [first, ...others] = byCountry.get(city.country) ?? [];
    if (!first) return city;
    const nearest = others.reduce((best, other) => (distanceKm(city, other) < distanceKm(city, best) ? other : best), first);
    return { ...city, address: nearest.address };
  });
}

function probe(wanted: ReadonlySet<string>, locate: Locate, seed: number): Map<string, Found[]> {
  const random = seededRandom(seed);
  const byCountry = new Map<string, Found[]>();
  for (let count = 0; count < PROBES; count += 1) {
    const address = `${1 + Math.floor(random() * 222)}.${octet(random)}.${octet(random)}.10`;
    const place = locate(address);
    if (!place || !wanted.has(place.country)) continue;
    const known = byCountry.get(place.country) ?? [];
    if (known.length >= PER_COUNTRY_MAX) continue;
    known.push({ address, latitude: place.latitude, longitude: place.longitude });
    byCountry.set(place.country, known);
  }
  return byCountry;
}

const octet = (random: () => number): number => Math.floor(random() * 256);

import { expect, test } from "vitest";
import type { City } from "../domain/world.ts";
import { withAddresses } from "./city-addresses.ts";

const city = (name: string, country: string, longitude: number, address: string | null = null): City => ({
  name,
  country,
  population: 1e6,
  latitude: 0,
  longitude,
  internetShare: 0.7,
  address,
});
/** Even first octets are in country AA, odd ones in BB; the second octet tells the longitude. */
const locate = (address: string) => {
  const [first = 0, second = 0] = address.split(".").map(Number);
  return { country: first % 2 === 0 ? "AA" : "BB", latitude: 0, longitude: second - 128 };
};

test("a city without an address gets one of its own country, near it, and the same in every run", () => {
  const cities = [city("west", "AA", -100), city("east", "BB", 100)];
  const given = withAddresses(cities, locate, 1);
  for (const { address, country, longitude } of given) {
    const place = locate(address ?? "");
    expect(place.country).toBe(country);
    expect(Math.abs(place.longitude - longitude)).toBeLessThanOrEqual(1);
  }
  expect(withAddresses(cities, locate, 1)).toEqual(given);
});

test("an address that was given stays, and a country that nobody meets has none", () => {
  const cities = [city("kept", "AA", 0, "8.8.8.8"), city("nowhere", "CC", 0)];
  expect(withAddresses(cities, locate, 1).map(({ address }) => address)).toEqual(["8.8.8.8", null]);
});

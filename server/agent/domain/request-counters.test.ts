import { expect, test } from "vitest";
import { readRequestCounters } from "./request-counters.ts";

const page = (...lines: string[]): string => [...lines, "# EOF", ""].join("\n");

test("the lab's own page is read: bounds, cumulative counts, sum and errors", () => {
  const counters = readRequestCounters(
    page(
      "# TYPE request_duration_seconds histogram",
      'request_duration_seconds_bucket{le="0.005"} 4',
      'request_duration_seconds_bucket{le="0.01"} 9',
      'request_duration_seconds_bucket{le="+Inf"} 10',
      "request_duration_seconds_sum 0.5",
      "request_duration_seconds_count 10",
      "# TYPE request_errors counter",
      "request_errors_total 2",
    ),
  );
  expect(counters).toEqual({ bounds: [0.005, 0.01], cumulative: [4, 9, 10], sumSeconds: 0.5, errors: 2, createdSeconds: null });
});

test("label sets are added up; those with a 5xx status are the errors where there is no counter of them", () => {
  const counters = readRequestCounters(
    page(
      'http_request_duration_seconds_bucket{route="/a\\"}{",code="200",le="0.1"} 3 1520879607.789 # {trace="x"} 0.05 1.5',
      'http_request_duration_seconds_bucket{route="/a\\"}{",code="200",le="+Inf"} 5',
      'http_request_duration_seconds_sum{route="/a\\"}{",code="200"} 1.5',
      'http_request_duration_seconds_bucket{route="/b",code="503",le="0.1"} 1e0',
      'http_request_duration_seconds_bucket{route="/b",code="503",le="+Inf"} 2',
      'http_request_duration_seconds_sum{route="/b",code="503"} 0.25',
      'http_request_duration_seconds_created{route="/b",code="503"} 1520872607.123',
    ),
  );
  expect(counters).toEqual({
    bounds: [0.1],
    cumulative: [4, 7],
    sumSeconds: 1.75,
    errors: 2,
    createdSeconds: 1_520_872_607.123,
  });
});

test.each([
  ["no histogram of requests", 'go_gc_duration_seconds{quantile="1"} 1'],
  ["counts that fall", 'request_duration_seconds_bucket{le="1"} 3\nrequest_duration_seconds_bucket{le="+Inf"} 2'],
  ["no infinite bound", 'request_duration_seconds_bucket{le="1"} 3'],
  ["a count that is another one", 'request_duration_seconds_bucket{le="+Inf"} 3\nrequest_duration_seconds_count 4'],
  ["half a line", 'request_duration_seconds_bucket{le="+Inf"} 3\nrequest_duration_seconds_bucket{le="1'],
  ["a number that is none", 'request_duration_seconds_bucket{le="+Inf"} many'],
])("a page with %s is no page of requests, rather than a wrong one", (_what, text) => {
  expect(readRequestCounters(page(text))).toBeNull();
});

test("lines of other metrics are passed over, whatever is in them", () => {
  const noise = Array.from({ length: 50 }, (_, index) => `other_metric{nonsense ${index}`);
  expect(readRequestCounters(page(...noise, 'request_duration_seconds_bucket{le="+Inf"} 3'))?.cumulative).toEqual([3]);
});

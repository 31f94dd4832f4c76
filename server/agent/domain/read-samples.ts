/** One line of a metrics page. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE =
  /^([a-zA-Z_:][\w:]*)(?:\{((?:[^"{}]|"(?:[^"\\]|\\.)*")*)\})?[ \t]+([^ \t#]+)(?:[ \t]+[^ \t#]+)?(?:[ \t]+#[ \t].*)?[ \t]*$/;
const LABELS = /^(?:[a-zA-Z_]\w*="(?:[^"\\]|\\.)*"(?:,[ \t]*|[ \t]*$))*$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/**
 * The samples of the families that `isWanted` names (by the name that stands in the line), of a page in OpenMetrics 1.0 or the
 * Prometheus text format. Other lines are passed over unread: a page may have thousands, each second. Null where a wanted
 * line is malformed: as in Prometheus, half a page is no page.
 */
export function readMetricSamples(page: string, isWanted: (name: string) => boolean): readonly MetricSample[] | null {
  const samples: MetricSample[] = [];
  let from = 0;
  while (from < page.length) {
    const end = page.indexOf("\n", from);
    const line = page.slice(from, end < 0 ? page.length : end);
    from = end < 0 ? page.length : end + 1;
    if (line === "" || line.startsWith("#") || !isWanted(nameOf(line))) continue;
    const sample = readLine(line.endsWith("\r") ? line.slice(0, -1) : line);
    if (sample === null) return null;
    samples.push(sample);
  }
  return samples;
}

function nameOf(line: string): string {
  const brace = line.indexOf("{");
  const space = line.indexOf(" ");
  if (brace < 0) return space < 0 ? line : line.slice(0, space);
  return line.slice(0, space < 0 ? brace : Math.min(brace, space));
}

function readLine(line: string): MetricSample | null {
  const match = LINE.exec(line);
  if (!match) return null;
  const [, name = "", labelText = "", valueText = ""] = match;
  const value = readValue(valueText);
  if (value === null || !LABELS.test(labelText)) return null;
  const labels: Record<string, string> = {};
  for (const [, label = "", text = ""] of labelText.matchAll(LABEL)) labels[label] = unescape(text);
  return { name, labels, value };
}

const INFINITIES: Readonly<Record<string, number>> = {
  "+inf": Number.POSITIVE_INFINITY,
  inf: Number.POSITIVE_INFINITY,
  "-inf": Number.NEGATIVE_INFINITY,
  nan: Number.NaN,
};

/** A number as the formats write it, or null. */
export function readValue(text: string): number | null {
  const known = INFINITIES[text.toLowerCase()];
  if (known !== undefined) return known;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : null;
}

const unescape = (text: string): string =>
  text.replace(/\\(.)/g, (_whole, character: string) => (character === "n" ? "\n" : character));

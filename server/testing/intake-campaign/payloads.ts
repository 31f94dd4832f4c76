import { gzipSync } from "node:zlib";

/** What one endpoint is sent, and the statuses that are right for it. */
export interface Case {
  readonly body: Buffer;
  readonly expected: readonly number[];
}

/** A hostile or odd input, as the webhook gets it and as an apply does. */
export interface Payload {
  readonly name: string;
  readonly kpi: Case;
  readonly apply: Case;
  /** Sent in pieces, without a length. */
  readonly chunked?: true;
  readonly headers?: Readonly<Record<string, string>>;
}

const MIB = 1024 * 1024;
const bytes = (text: string): Buffer => Buffer.from(text, "utf8");
const refused = (body: Buffer): Case => ({ body, expected: [400] });
const tooLarge = (body: Buffer): Case => ({ body, expected: [413] });

let times = 0;
/** A batch that is right but for what `put` puts in: JSON text for a place of its own, so that it need not be JSON at all. */
export function batchWith(put: Readonly<Record<string, string>> = {}): string {
  times += 1;
  const fields: Record<string, string> = {
    instance: '"shop.cart.1"',
    at: JSON.stringify(new Date(Date.now() - 7_200_000 + times).toISOString()),
    windowMs: "10000",
    requests: "0",
    errors: "0",
    latencyMs: '{"bounds":[],"counts":[0],"sum":0}',
    cpuMillicores: "90",
    memoryMiB: "64",
    ...put,
  };
  const sample = Object.entries(fields).map(([key, value]) => `"${key}":${value}`);
  return `{"type":"kpi.batch.v1","timestamp":"${new Date().toISOString()}","data":{"samples":[{${sample.join(",")}}]}}`;
}

/** A policy that is right but for what is put in: applying it again changes nothing. */
export function manifestWith(put: Readonly<Record<string, string>> = {}): string {
  const { name = '"campaign"', migrationThreshold = "60", more = "" } = put;
  return `{"apiVersion":"geostitch.dev/v1","kind":"Policy","metadata":{"name":${name}},"spec":{"migrationThreshold":${migrationThreshold}${more}}}`;
}

/** The same for both, whatever it is. */
const both = (name: string, body: Buffer): Payload => ({ name, kpi: refused(body), apply: refused(body) });
const inBoth = (name: string, kpi: Readonly<Record<string, string>>, manifest: Readonly<Record<string, string>>): Payload => ({
  name,
  kpi: refused(bytes(batchWith(kpi))),
  apply: refused(bytes(manifestWith(manifest))),
});
/** A name that nothing here has: an instance that is not the agent's, and a name that no manifest may have. */
const named = (name: string, text: string): Payload => ({
  name,
  kpi: { body: bytes(batchWith({ instance: JSON.stringify(text) })), expected: [400, 403] },
  apply: refused(bytes(manifestWith({ name: JSON.stringify(text) }))),
});
const numbered = (name: string, text: string): Payload => inBoth(name, { cpuMillicores: text }, { migrationThreshold: text });
const nested = (open: string, close: string, depth: number): Buffer => bytes(open.repeat(depth) + close.repeat(depth));
const padded = (text: string, size: number): Buffer =>
  Buffer.concat([bytes(text), Buffer.alloc(size - Buffer.byteLength(text), " ")]);
const manyKeys = (count: number): string => Array.from({ length: count }, (_, index) => `"k${index}":1`).join(",");

const SHAPES: readonly Payload[] = [
  both("nothing", bytes("")),
  both("blanks", bytes(" \n\t ")),
  both("null", bytes("null")),
  both("a truth value", bytes("true")),
  both("a number", bytes("0")),
  both("a text", bytes('"text"')),
  both("an empty list", bytes("[]")),
  both("an empty object", bytes("{}")),
  both("a trailing comma", bytes('{"type":"kpi.batch.v1",}')),
  both("half of it", bytes(batchWith().slice(0, 90))),
  both("another kind of thing", bytes('{"type":"kpi.batch.v9","kind":"Nothing"}')),
  both("two documents in one", bytes(`${batchWith()}${batchWith()}`)),
  both("a form", bytes("type=kpi.batch.v1&data=1")),
  both("a text of 900 kB", bytes(JSON.stringify("x".repeat(900_000)))),
  both("a hundred thousand numbers", bytes(JSON.stringify(Array.from({ length: 100_000 }, (_, index) => index)))),
];

const DEPTHS: readonly Payload[] = [
  ...[1e3, 1e4, 1e5, 5e5].map((depth) => both(`lists ${depth} deep`, nested("[", "]", depth))),
  ...[1e3, 1e5].map((depth) => both(`objects ${depth} deep`, bytes(`${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`))),
  { name: "lists a million deep", kpi: tooLarge(nested("[", "]", 1e6)), apply: tooLarge(nested("[", "]", 1e6)) },
  both("lists that never end", bytes("[".repeat(1e6))),
  inBoth(
    "depth within a field",
    { cpuMillicores: "[".repeat(500) + "]".repeat(500) },
    { migrationThreshold: "[".repeat(500) + "]".repeat(500) },
  ),
];

const SIZES: readonly Payload[] = [
  {
    name: "a mebibyte to the byte",
    kpi: { body: padded(batchWith(), MIB), expected: [202] },
    apply: { body: padded(manifestWith(), MIB), expected: [200] },
  },
  {
    name: "a byte more than a mebibyte",
    kpi: tooLarge(padded(batchWith(), MIB + 1)),
    apply: tooLarge(padded(manifestWith(), MIB + 1)),
  },
  {
    name: "sixteen mebibytes and a byte",
    kpi: tooLarge(Buffer.alloc(16 * MIB + 1, " ")),
    apply: tooLarge(Buffer.alloc(16 * MIB + 1, " ")),
  },
  {
    name: "in pieces, without a length",
    chunked: true,
    kpi: { body: bytes(batchWith()), expected: [202] },
    apply: { body: bytes(manifestWith()), expected: [200] },
  },
  {
    name: "two mebibytes in pieces",
    chunked: true,
    kpi: tooLarge(Buffer.alloc(2 * MIB, " ")),
    apply: tooLarge(Buffer.alloc(2 * MIB, " ")),
  },
  {
    ...both("a bomb of gzip, one to a thousand", gzipSync(Buffer.alloc((512 * MIB) >> 3, "["))),
    headers: { "content-encoding": "gzip" },
  },
  inBoth("a hundred thousand keys", { latencyMs: `{${manyKeys(60_000)}}` }, { more: `,"guardRails":{${manyKeys(60_000)}}` }),
];

const KEYS: readonly Payload[] = [
  inBoth(
    "a key that stands twice",
    { cpuMillicores: '90,"cpuMillicores":91' },
    { migrationThreshold: '60,"migrationThreshold":61' },
  ),
  inBoth(
    "a key that stands twice, once escaped",
    { cpuMillicores: '90,"cpuMillicore\\u0073":91' },
    { migrationThreshold: '60,"migrationThreshol\\u0064":61' },
  ),
  ...["__proto__", "constructor", "prototype", "toString", "", "\\u0000", "\\ud800"].map((key) =>
    inBoth(`the key ${key || "without a name"}`, { cpuMillicores: `90,"${key}":{}` }, { more: `,"${key}":{}` }),
  ),
];

const NUMBERS: readonly Payload[] = [
  ...["1e400", "-1e400", "NaN", "Infinity", "-1", "1e308", "9".repeat(5_000), "null,", "[]", "{}", '"60"'].map((text) =>
    numbered(`the number ${text.slice(0, 20)}`, text),
  ),
  // No JSON, but an apply reads YAML, too, which knows these.
  ...["0x10", "01", "+1", ".5"].map((text) => ({
    ...numbered(`the number ${text}`, text),
    apply: { body: bytes(manifestWith({ migrationThreshold: text })), expected: [200] },
  })),
  {
    name: "the number -0",
    kpi: { body: bytes(batchWith({ errors: "-0" })), expected: [202] },
    apply: { body: bytes(manifestWith({ more: ',"guardRails":{"minGainPercent":-0}' })), expected: [200] },
  },
];

const TEXTS: readonly Payload[] = [
  inBoth("a NUL in a name", { instance: '"a\\u0000b"' }, { name: '"a\\u0000b"' }),
  inBoth("half of a surrogate pair", { instance: '"\\ud800"' }, { name: '"\\ud800"' }),
  inBoth("a line break as it is", { instance: '"a\nb"' }, { name: '"a\u0001b"' }),
  both("bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
  both("UTF-16", Buffer.from(batchWith(), "utf16le")),
  {
    name: "a byte order mark",
    kpi: refused(bytes(`\ufeff${batchWith()}`)),
    apply: { body: bytes(`\ufeff${manifestWith()}`), expected: [200] },
  },
  named("a name of 400 characters", "x".repeat(400)),
  named("a name of 401 characters", "x".repeat(401)),
  named("a name that runs backwards", "shop\u202ecart"),
  named("a name with nothing to see in it", "shop\u200b\u2060.cart"),
  named("a name with an escape sequence", "\u001b[31mred"),
  named("a name with a line break", "a\r\nset-cookie: b=c"),
  named("a name that is a script", "<script>alert(1)</script>"),
  named("a name that is a statement", "'; drop table agent; --"),
  named("a name that is a path", "../../etc/passwd"),
];

export const PAYLOADS: readonly Payload[] = [...SHAPES, ...DEPTHS, ...SIZES, ...KEYS, ...NUMBERS, ...TEXTS];

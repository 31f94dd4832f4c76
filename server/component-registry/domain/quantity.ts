/** Kubernetes quantities: `300m`, `64`, `0.5`, `256Mi`, `2Ti`, `1e3`; an exponent or a suffix, never both. */

const SUFFIXES: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};
export const QUANTITY = /^\+?([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE]([+-]?[0-9]{1,2})|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/;

/** The largest amounts that any machine of a data centre could be meant by; more is a slip of the keyboard. */
const CPU_CORES_MAX = 10_000_000;
const BYTES_MAX = 2 ** 60;

/** The number that a quantity stands for, or null when it is none. */
export function parseQuantity(text: string): number | null {
  const match = QUANTITY.exec(text);
  if (!match) return null;
  const [, digits = "0", exponent = "0", suffix = ""] = match;
  const value = Number(digits) * 10 ** Number(exponent) * (SUFFIXES[suffix] ?? 1);
  return Number.isFinite(value) ? value : null;
}

/** Milli-CPU, rounded up: asking for a little is still asking. */
export function cpuMillicores(text: string): number {
  return Math.ceil((parseQuantity(text) ?? 0) * 1000 - 1e-6);
}

/** Mebibytes, rounded up. */
export function mebibytes(text: string): number {
  return Math.ceil((parseQuantity(text) ?? 0) / 2 ** 20 - 1e-6);
}

/** Why a text is not an amount of CPU, or null when it is one. */
export function cpuProblem(text: string): string | null {
  const value = parseQuantity(text);
  if (value === null) return `expected a quantity of CPU such as "300m" or "2", got ${JSON.stringify(text)}`;
  return value > CPU_CORES_MAX ? `expected at most ${CPU_CORES_MAX} CPUs, got ${JSON.stringify(text)}` : null;
}

/** `128974848000m` is a legal amount of bytes, half a byte is none. */
const isWhole = (value: number): boolean => Math.abs(value - Math.round(value)) < 1e-6;

/** Why a text is not an amount of bytes, or null when it is one. */
export function bytesProblem(text: string): string | null {
  const value = parseQuantity(text);
  if (value === null) return `expected a quantity of bytes such as "128Mi" or "2Ti", got ${JSON.stringify(text)}`;
  if (/[num]$/.test(text) && !isWhole(value)) return `expected whole bytes, got ${JSON.stringify(text)}`;
  return value > BYTES_MAX ? `expected at most 1Ei, got ${JSON.stringify(text)}` : null;
}

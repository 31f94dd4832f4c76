import { parseAllDocuments } from "yaml";
import { messageOf } from "../platform/app-error.ts";
import { ok, refused, type Result } from "../platform/result.ts";

const BYTES_MAX = 1024 * 1024;

/** YAML or JSON text, one or many documents (a list counts as many) → plain values, or why it cannot be read. */
export function readManifestText(text: string): Result<readonly unknown[]> {
  if (Buffer.byteLength(text) > BYTES_MAX) return unreadable("expected at most 1 MiB of manifests");
  try {
    return /^\s*[[{]/.test(text) ? ok(flatten([JSON.parse(text)])) : readYaml(text);
  } catch (error) {
    if (error instanceof SyntaxError) return readYaml(text);
    return unreadable(`cannot be read: ${messageOf(error)}`);
  }
}

function readYaml(text: string): Result<readonly unknown[]> {
  try {
    const documents = parseAllDocuments(text, { uniqueKeys: true, prettyErrors: true, stringKeys: true });
    if (!Array.isArray(documents)) return ok([]);
    const broken = documents.flatMap((document) => document.errors)[0];
    if (broken) return unreadable(broken.message.split("\n")[0] ?? "not YAML");
    const values = documents
      .map((document) => document.toJS({ maxAliasCount: 100 }) as unknown)
      .filter((value) => value !== null && value !== undefined);
    return ok(flatten(values));
  } catch (error) {
    return unreadable(error instanceof RangeError ? "expected at most 32 levels of nesting" : messageOf(error));
  }
}

const flatten = (values: readonly unknown[]): readonly unknown[] =>
  values.flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [value]));

const unreadable = (message: string): Result<never> => refused([{ code: "bad-input", path: "(document)", message }]);

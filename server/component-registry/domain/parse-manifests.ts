import type { z } from "zod";
import { findUnfit } from "../../platform/plain-data.ts";
import { ok, refused, type Reason, type Result } from "../../platform/result.ts";
import { API_VERSION, manifestKey, manifestSchemas, type Manifest, type ManifestKind } from "./manifest.ts";

const REASONS_MAX = 50;
const MANIFESTS_MAX = 5_000;

/** Documents of unknown content → manifests with defaults filled in, or every reason against them, each with its path. */
export function parseManifests(documents: readonly unknown[]): Result<readonly Manifest[]> {
  if (documents.length === 0) return refused([reason("", "expected at least one manifest, got none")]);
  if (documents.length > MANIFESTS_MAX)
    return refused([reason("", `expected at most ${MANIFESTS_MAX} manifests, got ${documents.length}`)]);
  const reasons: Reason[] = [];
  const manifests: Manifest[] = [];
  const seen = new Map<string, number>();
  documents.forEach((document, index) => {
    const at = documents.length === 1 ? "" : `documents[${index}]`;
    const parsed = parseOne(document, at);
    if (!parsed.ok) return void reasons.push(...parsed.reasons);
    const key = `${parsed.value.kind} ${manifestKey(parsed.value)}`;
    const before = seen.get(key);
    if (before !== undefined) reasons.push(reason(join(at, "metadata"), `${key} stands twice, first in documents[${before}]`));
    seen.set(key, index);
    manifests.push(parsed.value);
    return undefined;
  });
  return reasons.length > 0 ? refused(reasons.slice(0, REASONS_MAX)) : ok(manifests);
}

function parseOne(document: unknown, at: string): Result<Manifest> {
  const unfit = findUnfit(document, at);
  if (unfit) return refused([reason(unfit.path, unfit.message)]);
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    return refused([
      reason(at, `expected a manifest (an object with apiVersion, kind, metadata, spec), got ${nameOf(document)}`),
    ]);
  }
  const { kind, apiVersion } = document as { kind?: unknown; apiVersion?: unknown };
  if (apiVersion !== API_VERSION)
    return refused([reason(join(at, "apiVersion"), `expected ${API_VERSION}, got ${nameOf(apiVersion)}`)]);
  if (typeof kind !== "string" || !Object.hasOwn(manifestSchemas, kind)) {
    return refused([reason(join(at, "kind"), `expected one of ${Object.keys(manifestSchemas).join(", ")}, got ${nameOf(kind)}`)]);
  }
  const result = manifestSchemas[kind as ManifestKind].safeParse(document);
  return result.success ? ok(result.data) : refused(result.error.issues.flatMap((issue) => fromIssue(issue, at)));
}

/** One reason an unknown key, so that each names its own path. */
export function fromIssue(issue: z.core.$ZodIssue, at: string): Reason[] {
  const path = join(at, issue.path.map(String).join("."));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => reason(join(path, key), `unknown key ${JSON.stringify(key)}`));
  if (issue.code === "invalid_union") {
    const inner = issue.errors.flat()[0];
    return [reason(path, inner?.message ?? issue.message)];
  }
  return [reason(path, issue.message.replace(/^Invalid input: /, ""))];
}

const reason = (path: string, message: string): Reason => ({
  code: "bad-input",
  path: path === "" ? "(manifest)" : path,
  message,
});

const join = (at: string, path: string): string => (at === "" ? path : path === "" ? at : `${at}.${path}`);

function nameOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  return Array.isArray(value) ? "a list" : `a value of type ${typeof value}`;
}

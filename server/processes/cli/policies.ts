import type { Command } from "commander";
import { parse } from "yaml";
import { callApi, readAll, Refused, type ApiOptions } from "./client.ts";

interface Version {
  readonly generation: number;
  readonly at: string;
  readonly by: { readonly name: string };
  readonly reason: string | null;
  readonly revertOf: number | null;
  readonly diff: readonly { readonly path: string; readonly before: unknown; readonly after: unknown }[];
}

interface Terminal {
  readonly api: () => ApiOptions;
  readonly show: (value: unknown) => void;
  readonly asTable: () => boolean;
  readonly readText: (file: string) => string;
}

interface Written {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown; readonly generation?: unknown };
  readonly spec?: unknown;
}

const pathOf = (name: string): string => `/policies/${encodeURIComponent(name)}`;

/** `geostitch policy history | publish | revert | delete`. */
export function addPolicyVerbs(policy: Command, { api, show, asTable, readText }: Terminal): void {
  policy
    .command("history")
    .description("every generation: who, when, why, and what it changed")
    .exitOverride()
    .argument("<name>")
    .action(async (name: string) => {
      const versions = (await readAll(api(), `${pathOf(name)}/versions`)) as Version[];
      show(asTable() ? versions.map(versionRow) : versions);
    });
  policy
    .command("publish")
    .description("publish a policy from a file, on top of what is in force")
    .exitOverride()
    .requiredOption("-f, --file <file>", "one Policy as YAML or JSON, - for standard input")
    .requiredOption("--reason <reason>")
    .action(async ({ file, reason }: { file: string; reason: string }) => {
      const { name, spec, generation } = readPolicy(readText(file));
      const baseGeneration = generation ?? (await presentGeneration(api(), name));
      show(await callApi(api(), "POST", `${pathOf(name)}/publish`, { spec, reason, baseGeneration }));
    });
  policy
    .command("revert")
    .description("bring an earlier generation back, as a new one")
    .exitOverride()
    .argument("<name>")
    .requiredOption("--to <generation>", "as `policy history` shows it", Number)
    .requiredOption("--reason <reason>")
    .action(async (name: string, { to, reason }: { to: number; reason: string }) =>
      show(await callApi(api(), "POST", `${pathOf(name)}/revert`, { generation: to, reason })),
    );
  policy
    .command("delete")
    .description("remove an application's policy; the default one applies then")
    .exitOverride()
    .argument("<name>")
    .action(async (name: string) => {
      await callApi(api(), "DELETE", pathOf(name));
    });
}

const shown = (value: unknown): string => (value === null ? "none" : JSON.stringify(value));

const versionRow = ({ generation, at, by, reason, revertOf, diff }: Version) => ({
  generation,
  at,
  by: by.name,
  reason: reason ?? "applied",
  back: revertOf,
  changed: diff
    .slice(0, 3)
    .map(({ path, before, after }) => `${path} ${shown(before)} > ${shown(after)}`)
    .concat(diff.length > 3 ? [`${diff.length - 3} more`] : [])
    .join(", "),
});

/** A file that was read with `get policy NAME -o yaml` says which generation it was begun from. */
function readPolicy(text: string): { readonly name: string; readonly spec: unknown; readonly generation: number | null } {
  const { kind, metadata, spec } = (parse(text) ?? {}) as Written;
  if (kind !== "Policy" || typeof metadata?.name !== "string")
    throw new Refused("expected one Policy with metadata.name and spec");
  return {
    name: metadata.name,
    spec: spec ?? {},
    generation: typeof metadata.generation === "number" ? metadata.generation : null,
  };
}

async function presentGeneration(options: ApiOptions, name: string): Promise<number> {
  const policies = (await readAll(options, "/policies")) as { metadata: { name: string; generation: number } }[];
  return policies.find(({ metadata }) => metadata.name === name)?.metadata.generation ?? 0;
}

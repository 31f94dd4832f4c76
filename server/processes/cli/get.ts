import { InvalidArgumentError, type Command } from "commander";
import { callApi, readAll, Refused, type ApiOptions } from "./client.ts";

interface Parts {
  readonly verb: (name: string, description: string) => Command;
  readonly api: () => ApiOptions;
  readonly show: (value: unknown) => void;
  readonly isTable: () => boolean;
}

const KINDS: Readonly<Record<string, string>> = {
  "data-center": "data-centers",
  dc: "data-centers",
  datacenter: "data-centers",
  component: "components",
  instance: "instances",
  link: "links",
  policy: "policies",
  agent: "agents",
  migration: "migrations",
  plan: "plans",
  breach: "breaches",
  alert: "alerts",
  run: "migrations",
};
const LISTS = ["data-centers", "components", "instances", "links", "policies", "agents", "migrations", "plans", "audit"];

interface Alerts {
  readonly items: readonly { readonly id: string }[];
}

interface Breach {
  readonly subject: string;
  readonly component: string | null;
  readonly dataCenter: string | null;
}

const segmentsOf = (name: string): string => name.split("/").map(encodeURIComponent).join("/");

/** Answered at once, not by pages: each has its own way to one of its objects, and none ignores a name. */
const WHOLE: Readonly<Record<string, (api: ApiOptions, name: string | undefined) => Promise<unknown>>> = {
  breaches: async (api, name) => {
    const { items: all } = (await callApi(api, "GET", "/breaches")) as { items: readonly Breach[] };
    if (name === undefined) return all;
    // A breach has no id: it is known by what breaks a limit, and several limits may be broken at once.
    const named = all.filter((breach) => [breach.subject, breach.component, breach.dataCenter].includes(name));
    if (named.length === 0) throw new Refused(`no breach of ${name}`);
    return named;
  },
  freeze: async (api, name) => {
    if (name !== undefined) throw new InvalidArgumentError("there is one freeze, which has no name");
    return await callApi(api, "GET", "/freeze");
  },
  connectivity: (api, pair) => callApi(api, "GET", `/connectivity${pair === undefined ? "" : `/${segmentsOf(pair)}`}`),
  routing: (api, component) =>
    callApi(api, "GET", `/routing${component === undefined ? "" : `?component=${encodeURIComponent(component)}`}`),
  alerts: async (api, name) => {
    const alerts = (await callApi(api, "GET", "/alerts")) as Alerts;
    if (name === undefined) return alerts;
    const alert = alerts.items.find(({ id }) => id === name);
    if (!alert) throw new Refused(`no alert ${name}`);
    return alert;
  },
};

/** All objects of a kind, or the one of that name; throws `Refused` where there is none. */
export async function readKind(api: ApiOptions, kind: string, name: string | undefined): Promise<unknown> {
  const plural = KINDS[kind] ?? kind;
  const whole = Object.hasOwn(WHOLE, plural) ? WHOLE[plural] : undefined;
  if (whole) return await whole(api, name);
  if (!LISTS.includes(plural))
    throw new InvalidArgumentError(`unknown kind ${kind}, expected one of ${[...LISTS, ...Object.keys(WHOLE)].join(", ")}`);
  return name === undefined ? await readAll(api, `/${plural}`) : await callApi(api, "GET", `/${plural}/${segmentsOf(name)}`);
}

export function addGetVerb({ verb, api, show, isTable }: Parts): void {
  verb("get", "read objects of one kind, or one of them")
    .argument("<kind>")
    .argument("[name]")
    .action(async (kind: string, name: string | undefined) => {
      const read = await readKind(api(), kind, name);
      const isAlerts = name === undefined && (KINDS[kind] ?? kind) === "alerts";
      show(isAlerts && isTable() ? (read as Alerts).items : read);
    });
}

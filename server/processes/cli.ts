import { readFileSync } from "node:fs";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { isRole } from "../identity/domain/roles.ts";
import { messageOf } from "../platform/app-error.ts";
import type { Role } from "../platform/actor.ts";
import { addAutoRunVerbs } from "./cli/auto-run.ts";
import { callApi, Refused, type ApiOptions } from "./cli/client.ts";
import { collectWeight, scoreRows, type ScoresAnswer } from "./cli/plans.ts";
import { addGetVerb } from "./cli/get.ts";
import { placeQuery, routeRows } from "./cli/route.ts";
import type { SimulationDto } from "../api/shapes/index.ts";
import { createKey } from "./cli/keys.ts";
import { print, type Format } from "./cli/output.ts";
import { addPolicyVerbs } from "./cli/policies.ts";
import { watchEvents } from "./cli/watch.ts";

/** `geostitch <verb>`: everything that the console can do, from a terminal. 0 done, 1 refused or failed, 2 wrong usage. */
const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const DEFAULT_SERVER = "http://127.0.0.1:3000";

const program = new Command("geostitch")
  .description("Where each component runs, and its moves.")
  .exitOverride()
  .showHelpAfterError();
program.addOption(new Option("--server <url>", "console of the installation").env("GEOSTITCH_SERVER").default(DEFAULT_SERVER));
program.addOption(new Option("-o, --output <format>").choices(["json", "yaml", "table"]).default("table"));

const api = (): ApiOptions => ({
  server: (program.opts<{ server: string }>().server || DEFAULT_SERVER).replace(/\/$/, ""),
  key: readKey(process.env["GEOSTITCH_API_KEY"]),
});
const show = (value: unknown): void => print(value, program.opts<{ output: Format }>().output);
const verb = (name: string, description: string): Command => {
  const command = program.command(name).description(description).exitOverride();
  return command
    .addOption(new Option("-o, --output <format>").choices(["json", "yaml", "table"]).hideHelp())
    .hook("preAction", () => {
      const { output } = command.opts<{ output?: Format }>();
      if (output) program.setOptionValue("output", output);
    });
};

verb("apply", "apply manifests, all or nothing")
  .requiredOption("-f, --file <file>", "YAML or JSON, - for standard input")
  .option("--dry-run", "show what would change")
  .action(async ({ file, dryRun }: { file: string; dryRun?: true }) => {
    const result = (await callApi(api(), "POST", `/apply${dryRun ? "?dryRun=true" : ""}`, readText(file))) as {
      objects: unknown[];
    };
    show(program.opts<{ output: Format }>().output === "table" ? result.objects : result);
  });

const isTable = (): boolean => program.opts<{ output: Format }>().output === "table";
addGetVerb({ verb, api, show, isTable });

verb("scores", "how a component scores where it is, and everywhere else")
  .argument("<component>", "application/name")
  .action(async (component: string) => {
    const path = `/components/${component.split("/").map(encodeURIComponent).join("/")}/scores`;
    const report = (await callApi(api(), "GET", path)) as ScoresAnswer;
    show(isTable() ? scoreRows(report) : report);
  });

verb("route", "where a user would go, and why")
  .argument("<component>", "application/name")
  .requiredOption("--from <place>", "an IP address, a country's two letters, latitude,longitude, or a city")
  .action(async (component: string, { from }: { from: string }) => {
    const path = `/routing/simulate?component=${encodeURIComponent(component)}&${placeQuery(from)}`;
    const route = (await callApi(api(), "GET", path)) as SimulationDto;
    show(isTable() ? routeRows(route) : route);
  });

verb("silence", "silence an alert for everybody, until a time")
  .argument("<alert>")
  .requiredOption("--reason <text>")
  .requiredOption("--until <time>", "RFC 3339")
  .action(async (alert: string, order: { reason: string; until: string }) =>
    show(await callApi(api(), "POST", `/alerts/${encodeURIComponent(alert)}/silence`, order)),
  );

verb("plan", "plan now: what should move, and why")
  .option("--component <component...>", "only these may move")
  .option("--policy <name>", "plan what is under this policy")
  .option("--weight <term=weight...>", "weights of this plan alone, such as performance=50", collectWeight, {})
  .action(async ({ component, policy, weight }: { component?: string[]; policy?: string; weight: Record<string, number> }) =>
    show(
      await callApi(api(), "POST", "/plans", {
        ...(policy === undefined ? {} : { policy }),
        ...(component === undefined ? {} : { components: component }),
        ...(Object.keys(weight).length === 0 ? {} : { weights: weight }),
      }),
    ),
  );

for (const action of ["approve", "reject"] as const) {
  verb(action, action === "approve" ? "approve a plan: its moves begin" : "reject a plan")
    .argument("<plan>")
    .requiredOption("--reason <text>")
    .option("--hash <sha256>", "of the plan that was read: another one is refused")
    .action(async (plan: string, { reason, hash }: { reason: string; hash?: string }) =>
      show(
        await callApi(api(), "POST", `/plans/${encodeURIComponent(plan)}/${action}`, {
          reason,
          ...(hash === undefined ? {} : { hash }),
        }),
      ),
    );
}

verb("migrate", "move one component")
  .argument("<component>")
  .requiredOption("--from <dataCenter>")
  .requiredOption("--to <dataCenter>")
  .option("--reason <text>", "", "")
  .option("--wait", "until it has ended")
  .action(async (component: string, { from, to, reason, wait }: { from: string; to: string; reason: string; wait?: true }) => {
    const run = (await callApi(api(), "POST", "/migrations", { component, from, to, reason })) as { id: string };
    if (!wait) {
      show(run);
      return;
    }
    const end = await watchEvents(api(), run.id, program.opts<{ output: Format }>().output === "json");
    if (end !== "succeeded") throw new Refused(`${run.id} ended as ${end ?? "unknown"}`);
    return undefined;
  });

for (const action of ["abort", "rollback"] as const) {
  verb(action, action === "abort" ? "abort a run before its point of no return" : "bring a run's component back")
    .argument("<run>")
    .option("--reason <text>", "", "")
    .action(async (run: string, { reason }: { reason: string }) =>
      show(await callApi(api(), "POST", `/migrations/${encodeURIComponent(run)}/${action}`, { reason })),
    );
}

verb("drain", "close a data centre to everything new, and plan what runs there elsewhere")
  .argument("<dataCenter>")
  .requiredOption("--reason <text>")
  .action(async (place: string, { reason }: { reason: string }) =>
    show(await callApi(api(), "POST", `/data-centers/${encodeURIComponent(place)}/drain`, { reason })),
  );
verb("undrain", "let a data centre take new components again")
  .argument("<dataCenter>")
  .option("--reason <text>")
  .action(async (place: string, { reason }: { reason?: string }) => {
    await callApi(
      api(),
      "DELETE",
      `/data-centers/${encodeURIComponent(place)}/drain`,
      reason === undefined ? undefined : { reason },
    );
    show(await callApi(api(), "GET", `/data-centers/${encodeURIComponent(place)}`));
  });
verb("recover", "start a lost data centre's component elsewhere without the state that it kept there")
  .argument("<component>", "application/name")
  .requiredOption("--to <dataCenter>")
  .requiredOption("--reason <text>")
  .option("--accept-loss", "whoever says so has read what is lost")
  .action(async (component: string, { to, reason, acceptLoss = false }: { to: string; reason: string; acceptLoss?: boolean }) => {
    const path = component.split("/").map(encodeURIComponent).join("/");
    show(await callApi(api(), "POST", `/components/${path}/recover`, { to, reason, acceptLoss }));
  });

verb("watch", "print events as they happen")
  .argument("[run]")
  .action(async (run: string | undefined) => {
    await watchEvents(api(), run ?? null, program.opts<{ output: Format }>().output === "json");
  });

verb("freeze", "stop every new move")
  .requiredOption("--reason <text>")
  .option("--until <time>", "RFC 3339")
  .action(async ({ reason, until }: { reason: string; until?: string }) =>
    show(await callApi(api(), "POST", "/freeze", { reason, until: until ?? null })),
  );
verb("unfreeze", "let moves begin again")
  .option("--reason <text>")
  .action(async ({ reason }: { reason?: string }) => {
    await callApi(api(), "DELETE", "/freeze", reason === undefined ? undefined : { reason });
    show(await callApi(api(), "GET", "/freeze"));
  });

addAutoRunVerbs({ verb, api, show, isTable });

const audit = verb("audit", "the chained log");
audit
  .command("verify")
  .description("check that no entry was edited, removed or moved")
  .exitOverride()
  .action(async () => {
    const verdict = (await callApi(api(), "GET", "/audit/verify")) as {
      ok: boolean;
      problem: string | null;
      firstBad: number | null;
    };
    show(verdict);
    if (!verdict.ok) throw new Refused(`entry ${verdict.firstBad ?? "?"}: ${verdict.problem ?? ""}`);
  });

addPolicyVerbs(verb("policy", "a policy's history and its changes"), {
  api,
  show,
  asTable: isTable,
  readText,
});

const agents = verb("agents", "senders of KPIs");
agents
  .command("create")
  .exitOverride()
  .requiredOption("--name <name>")
  .requiredOption("--component <component...>")
  .action(async ({ name, component }: { name: string; component: string[] }) =>
    show(await callApi(api(), "POST", "/agents", { name, components: component })),
  );

agents
  .command("rotate")
  .description("a new key, shown once; the old one is good for a day more")
  .exitOverride()
  .argument("<id>")
  .option("--revoke-old", "the old key ends at once")
  .action(async (id: string, { revokeOld = false }: { revokeOld?: boolean }) =>
    show(await callApi(api(), "POST", `/agents/${encodeURIComponent(id)}/rotate`, { revokeOld })),
  );

verb("keys", "keys for programs; on the installation's own machine")
  .command("create")
  .exitOverride()
  .requiredOption("--name <name>")
  .requiredOption("--role <role>", "viewer, operator, approver or administrator", parseRole)
  .action(async (order: { name: string; role: Role }) => console.log(await createKey(root, order)));

for (const name of ["agent", "gateway", "intake", "orchestrator"] as const) {
  verb(name, `run the ${name} as a process of its own, by its environment (docs/settings.md)`).action(async () => {
    await import(`./${name}.ts`);
  });
}
program.command("up").description("run everything, as `npm start` does");

/** What comes from a file ends in a line break; what is not a key's text cannot be sent at all. */
function readKey(text: string | undefined): string | undefined {
  const key = text?.trim();
  if (key !== undefined && !/^[\x21-\x7e]*$/.test(key)) throw new Refused("GEOSTITCH_API_KEY: expected a key such as gs_…");
  return key === "" ? undefined : key;
}

function readText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new Refused(`cannot read ${file}: ${messageOf(error)}`);
  }
}

function parseRole(text: string): Role {
  if (isRole(text)) return text;
  throw new InvalidArgumentError("expected viewer, operator, approver or administrator");
}

try {
  await program.parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) {
    if (error instanceof InvalidArgumentError) console.error(`geostitch: ${error.message}`);
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    console.error(`geostitch: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}

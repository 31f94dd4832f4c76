/** What a refusal looks like on a terminal: the reason, then each error with its path. */
export class Refused extends Error {}

export interface ApiOptions {
  readonly server: string;
  readonly key: string | undefined;
}

interface Problem {
  readonly detail?: string;
  readonly title?: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** One call of the HTTP API; throws `Refused` with words for a person. */
export async function callApi(
  options: ApiOptions,
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
): Promise<unknown> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (options.key !== undefined) headers["authorization"] = `Bearer ${options.key}`;
  if (body !== undefined) headers["content-type"] = typeof body === "string" ? "application/yaml" : "application/json";
  let answer: Response;
  try {
    answer = await fetch(`${options.server}/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  } catch {
    throw new Refused(`no Geostitch answers at ${options.server} (--server, GEOSTITCH_SERVER)`);
  }
  const text = await answer.text();
  if (answer.ok) return text === "" ? null : (JSON.parse(text) as unknown);
  throw new Refused(describe(answer.status, text));
}

function describe(status: number, text: string): string {
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    // Not from Geostitch: what it says is all there is.
  }
  const lines = (problem.errors ?? []).map((error) => `  ${error.path}: ${error.message}`);
  const hint = status === 401 ? " (set GEOSTITCH_API_KEY; make one with `geostitch keys create`)" : "";
  return [`${problem.detail ?? problem.title ?? `answered ${status}`}${hint}`, ...(lines.length > 1 ? lines : [])].join("\n");
}

/** Every page of a list. */
export async function readAll(options: ApiOptions, path: string): Promise<unknown[]> {
  const items: unknown[] = [];
  let cursor: string | null = null;
  do {
    const query: string = `${path.includes("?") ? "&" : "?"}limit=500${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
    const page = (await callApi(options, "GET", `${path}${query}`)) as { items: unknown[]; nextCursor: string | null };
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return items;
}

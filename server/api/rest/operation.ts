export type Inputs = Readonly<Record<string, unknown>>;

/** What a request says: the parts of its path, the parameters that its operation knows, its body. */
export interface Asked {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Inputs;
  readonly body: unknown;
}

/** One call of the HTTP API: where it is, which procedure answers it, and with what status. */
export interface Operation {
  readonly id: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** `{name}` takes one path segment. */
  readonly path: string;
  /** The tRPC procedure behind it: its role, input and output are the operation's. */
  readonly procedure: string;
  readonly status: 200 | 201 | 202 | 204;
  readonly summary: string;
  /** The procedure's input, where it is not what was asked under the same names. */
  readonly input?: (asked: Asked) => unknown;
  /** The body is text (YAML or JSON) and not parsed before the procedure. */
  readonly textBody?: true;
  readonly body?: true;
  readonly query?: readonly string[];
}

export const PAGE = ["limit", "cursor"] as const;

/** The procedure's input: the body's fields beside those of the query and the path, which say more. */
export function inputOf(operation: Operation, asked: Asked): unknown {
  if (operation.input) return operation.input(asked);
  const { path, query, body } = asked;
  const isNamed = operation.query !== undefined || operation.path.includes("{");
  return isNamed ? bodyWith({ ...query, ...path }, body) : body;
}

export const bodyWith = (path: Inputs, body: unknown): unknown =>
  typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body, ...path } : (body ?? path);

export const componentOf = (path: Readonly<Record<string, string>>) => ({
  component: `${path["application"] ?? ""}/${path["name"] ?? ""}`,
});

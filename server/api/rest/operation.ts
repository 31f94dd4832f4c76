export type Inputs = Readonly<Record<string, unknown>>;

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
  /** From path, query and body to the procedure's input. */
  readonly input?: (from: { path: Readonly<Record<string, string>>; query: Inputs; body: unknown }) => unknown;
  /** The body is text (YAML or JSON) and not parsed before the procedure. */
  readonly textBody?: true;
  readonly body?: true;
  readonly query?: readonly string[];
}

export const PAGE = ["limit", "cursor"] as const;
export const bodyWith = (path: Inputs, body: unknown): unknown =>
  typeof body === "object" && body !== null && !Array.isArray(body) ? { ...body, ...path } : (body ?? path);

export const componentOf = (path: Readonly<Record<string, string>>) => ({
  component: `${path["application"] ?? ""}/${path["name"] ?? ""}`,
});

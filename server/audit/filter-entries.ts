/** What a reader of the audit looks for. Every part that is given must fit; parts of words do, whatever their case. */
export interface AuditFilter {
  /** Name of who did it. */
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** Kind or id of what it was done to. */
  readonly object?: string | undefined;
  /** Anywhere: who, what, to what, why, by which request. */
  readonly text?: string | undefined;
}

/** The database reads `%` and `_` as wildcards: who types them means them. */
const asLiteral = (text: string): string => text.replace(/[\\%_]/g, "\\$&");
const holds = (text: string) => ({ contains: asLiteral(text), mode: "insensitive" as const });
const named = (text: string) => ({ path: ["name"], string_contains: asLiteral(text), mode: "insensitive" as const });
const isGiven = (text: string | undefined): text is string => text !== undefined && text !== "";

/** The filter as the store asks for it; `before` is the number behind which a page begins. */
export function whereOf({ actor, action, object, text }: AuditFilter, before: number | null) {
  return {
    AND: [
      ...(before === null ? [] : [{ seq: { lt: before } }]),
      ...(isGiven(actor) ? [{ actor: named(actor) }] : []),
      ...(isGiven(action) ? [{ action: holds(action) }] : []),
      ...(isGiven(object) ? [{ OR: [{ objectId: holds(object) }, { objectKind: holds(object) }] }] : []),
      ...(isGiven(text) ? [{ OR: anywhere(text) }] : []),
    ],
  };
}

const anywhere = (text: string) => [
  { actor: named(text) },
  ...(["action", "objectId", "objectKind", "reason", "requestId"] as const).map((column) => ({ [column]: holds(text) })),
];

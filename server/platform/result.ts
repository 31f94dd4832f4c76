/** Why something was refused: who said no (`code`), where (`path`, null when it is about the whole), in words for a person. */
export interface Reason {
  readonly code: string;
  readonly path: string | null;
  readonly message: string;
}

/** An expected "no" is a value with its reasons; only bugs and outages are thrown. */
export type Result<T, R = readonly Reason[]> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reasons: R };

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value });

export const refused = <R>(reasons: R): { ok: false; reasons: R } => ({ ok: false, reasons });

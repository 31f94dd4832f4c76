/** Where a request goes: the authority that it names, and what follows it. */
export interface RequestTarget {
  readonly host: string | undefined;
  /** Begins with `/`. */
  readonly path: string;
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)([^#]*)/i;
const AUTHORITY = /^[a-z0-9._~!$&'()*+,;=%:[\]-]*$/i;

/**
 * Reads a request's target in origin or absolute form (RFC 9112, section 3.2): an absolute one overrules the Host, so that
 * nobody behind the gateway can read another name than the one it was routed by. Null where neither form is there.
 */
export function targetOf(url: string, host: string | undefined): RequestTarget | null {
  const absolute = ABSOLUTE.exec(url);
  const [authority, path] = absolute ? [absolute[1] ?? "", absolute[2] ?? ""] : [host, url];
  if (authority !== undefined && !AUTHORITY.test(authority)) return null;
  if (absolute) return { host: authority, path: path.startsWith("/") ? path : `/${path}` };
  return url.startsWith("/") ? { host: authority, path: url } : null;
}

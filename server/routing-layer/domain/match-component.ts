/** How a request names its component: by `Host: <component>.<application>.<anything>` or by path prefix. */
export interface Addressed {
  readonly application: string;
  readonly name: string;
  /** What the component sees; begins with `/`. */
  readonly path: string;
  /** The stripped prefix, or null when the host named the component. */
  readonly prefix: string | null;
}

const IP_ADDRESS = /^(\d{1,3}\.){3}\d{1,3}$/;

/** IP addresses and `localhost` never name a component. A name may end with the dot of the root, and its case says nothing. */
export function addressedByHost(host: string | undefined, url: string): Addressed | null {
  const bare = (host ?? "").toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
  if (bare.startsWith("[") || IP_ADDRESS.test(bare)) return null;
  const [name, application, ...rest] = bare.split(".");
  if (!name || !application || rest.length === 0 || rest.includes("")) return null;
  return { application, name, path: url, prefix: null };
}

/** `/<application>/<component>/rest` → `/rest`. */
export function addressedByPath(url: string): Addressed | null {
  const match = /^\/([^/?]+)\/([^/?]+)(\/[^?]*)?(\?.*)?$/.exec(url);
  if (!match) return null;
  const [, application = "", name = "", path = "/", query = ""] = match;
  return { application, name, path: `${path}${query}`, prefix: `/${application}/${name}` };
}

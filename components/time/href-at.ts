/** An address of the console at a moment; live, it is what it was. */
export function hrefAt(href: string, at: number | null): string {
  if (at === null || !href.startsWith("/")) return href;
  const [path = "", query = ""] = href.split("?");
  const asked = new URLSearchParams(query);
  asked.set("time", new Date(at).toISOString());
  return `${path}?${asked.toString()}`;
}

export interface AddressQuestion {
  readonly peer: string;
  readonly isTrusted: (address: string) => boolean;
  /** The one way of writing an address, or null for what is none (`unknown`, a name, nonsense). */
  readonly normalized: (text: string) => string | null;
  readonly xForwardedFor: string | undefined;
  readonly forwarded: string | undefined;
}

/**
 * The client's address: the peer's own, unless the peer is trusted; then the last address in its headers that is not itself a
 * trusted proxy's. Where a proxy says that it does not know, what stands before that is a client's own word and counts for
 * nothing: the answer is the last address that somebody trusted vouches for.
 */
export function clientAddress({ peer, isTrusted, normalized, xForwardedFor, forwarded }: AddressQuestion): string {
  let known = normalized(peer) ?? peer;
  if (!isTrusted(known)) return known;
  const chain = forwarded === undefined ? listOf(xForwardedFor) : forwardedFor(forwarded);
  for (const text of chain.reverse()) {
    const address = normalized(withoutPort(text));
    if (address === null) return known;
    known = address;
    if (!isTrusted(address)) return address;
  }
  return known;
}

const listOf = (header: string | undefined): string[] =>
  (header ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

/** What each hop says of whom it served (RFC 7239); a hop that says nothing of it vouches for nobody. */
function forwardedFor(header: string): string[] {
  return outsideQuotes(header, ",").map((hop) => {
    const pairs = outsideQuotes(hop, ";").map((pair) => /^\s*for\s*=\s*(.*?)\s*$/i.exec(pair)?.[1]);
    const value = pairs.find((found) => found !== undefined) ?? "unknown";
    return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1") : value;
  });
}

const outsideQuotes = (text: string, separator: "," | ";"): string[] =>
  text.match(new RegExp(`(?:"(?:\\\\.|[^"\\\\])*"|[^${separator}"]|")+`, "g")) ?? [];

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text);
  if (bracketed) return bracketed[1] ?? text;
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(text) ? text.slice(0, text.lastIndexOf(":")) : text;
}

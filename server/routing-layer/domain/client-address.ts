export interface AddressQuestion {
  readonly peer: string;
  readonly isTrusted: (address: string) => boolean;
  readonly xForwardedFor: string | undefined;
  readonly forwarded: string | undefined;
}

/** The client's address: the peer's own, unless the peer is trusted; then the last address in its headers that is not itself a trusted proxy's. */
export function clientAddress({ peer, isTrusted, xForwardedFor, forwarded }: AddressQuestion): string {
  if (!isTrusted(peer)) return peer;
  const chain = forwarded === undefined ? listOf(xForwardedFor) : forwardedFor(forwarded);
  for (const address of chain.reverse()) if (!isTrusted(address)) return address;
  return chain.at(-1) ?? peer;
}

const listOf = (header: string | undefined): string[] =>
  (header ?? "")
    .split(",")
    .map((part) => withoutPort(part.trim()))
    .filter((part) => part !== "");

function forwardedFor(header: string): string[] {
  return header.split(",").flatMap((hop) => {
    const value = /(?:^|;)\s*for=("([^"]*)"|[^;,\s]+)/i.exec(hop);
    const text = value?.[2] ?? value?.[1];
    return text === undefined || text.startsWith("_") || text === "unknown" ? [] : [withoutPort(text)];
  });
}

function withoutPort(text: string): string {
  const bracketed = /^\[([^\]]+)\]/.exec(text);
  if (bracketed) return bracketed[1] ?? text;
  return /^\d+\.\d+\.\d+\.\d+:\d+$/.test(text) ? text.slice(0, text.lastIndexOf(":")) : text;
}

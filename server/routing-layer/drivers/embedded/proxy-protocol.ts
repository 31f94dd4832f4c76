import { isIPv4, isIPv6, type Socket } from "node:net";

const V2_SIGNATURE = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);
const V1_LENGTH_MAX = 107;
/** Both addresses and ports, by family: IPv4 and IPv6. */
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 1: 12, 2: 36 };
const WAIT_MS = 10_000;

/**
 * Reads a PROXY protocol header, version 1 or 2, where a trusted peer sends one, and gives back every other byte. `next` gets
 * the client's address, or null when there was no header (HAProxy's proxy-protocol.txt).
 */
export function takeProxyHeader(socket: Socket, next: (address: string | null) => void): void {
  let read = Buffer.alloc(0);
  const timer = setTimeout(() => socket.destroy(), WAIT_MS);
  const done = (address: string | null, used: number): void => {
    clearTimeout(timer);
    socket.off("data", onData).off("close", onClose);
    socket.pause();
    const rest = read.subarray(used);
    if (rest.length > 0) socket.unshift(rest);
    next(address);
  };
  const onData = (chunk: Buffer): void => {
    read = Buffer.concat([read, chunk]);
    const parsed = parseProxyHeader(read);
    if (parsed === "more") return;
    if (parsed === "broken") socket.destroy();
    else done(parsed?.address ?? null, parsed?.bytes ?? 0);
  };
  const onClose = (): void => clearTimeout(timer);
  socket.on("data", onData).once("close", onClose);
  socket.resume();
}

type Parsed = { readonly address: string | null; readonly bytes: number } | null | "more" | "broken";

/** Null: no PROXY header begins here. */
export function parseProxyHeader(data: Buffer): Parsed {
  const v2 = data.subarray(0, 12);
  if (v2.equals(V2_SIGNATURE.subarray(0, v2.length))) return data.length < 16 ? "more" : parseV2(data);
  const start = data.toString("latin1", 0, Math.min(6, data.length));
  if (!"PROXY ".startsWith(start)) return null;
  const end = data.indexOf("\r\n");
  if (end < 0) return data.length > V1_LENGTH_MAX ? "broken" : "more";
  const [, family, source = ""] = data.toString("latin1", 0, end).split(" ");
  if (family === "UNKNOWN") return { address: null, bytes: end + 2 };
  const isAddress = family === "TCP4" ? isIPv4(source) : family === "TCP6" && isIPv6(source);
  return isAddress ? { address: source, bytes: end + 2 } : "broken";
}

function parseV2(data: Buffer): Parsed {
  const length = data.readUInt16BE(14);
  const [version, command] = [(data[12] ?? 0) >> 4, (data[12] ?? 0) & 15];
  const family = (data[13] ?? 0) >> 4;
  if (version !== 2 || command > 1 || length < (ADDRESS_BYTES[family] ?? 0)) return "broken";
  if (data.length < 16 + length) return "more";
  const isLocal = command === 0;
  const bytes = 16 + length;
  if (isLocal || (family !== 1 && family !== 2)) return { address: null, bytes };
  if (family === 1) return { address: [...data.subarray(16, 20)].join("."), bytes };
  const groups = Array.from({ length: 8 }, (_, index) => data.readUInt16BE(16 + index * 2).toString(16));
  return { address: groups.join(":"), bytes };
}

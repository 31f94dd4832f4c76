import { connect } from "node:net";
import type { Campaign } from "./campaign.ts";

const ANSWER_WITHIN_MS = 20_000;

/** Requests that are none, byte by byte: the parser's own answer is the right one, and it comes at once. */
const RAW: readonly {
  readonly name: string;
  readonly lines: readonly string[];
  readonly body?: string;
  readonly expected: readonly number[];
}[] = [
  { name: "17 kB of headers", lines: ["Content-Length: 0", `X-Long: ${"x".repeat(17 * 1024)}`], expected: [431] },
  {
    name: "a length and pieces at once",
    lines: ["Content-Length: 5", "Transfer-Encoding: chunked"],
    body: "0\r\n\r\n",
    expected: [400],
  },
  { name: "two lengths", lines: ["Content-Length: 5", "Content-Length: 6"], body: "hello", expected: [400] },
  { name: "a length that is no number", lines: ["Content-Length: five"], body: "hello", expected: [400] },
  {
    name: "a piece whose size is no number",
    lines: ["Transfer-Encoding: chunked"],
    body: "zz\r\nhello\r\n0\r\n\r\n",
    expected: [400],
  },
  { name: "a header without a colon", lines: ["Content-Length: 0", "nonsense"], expected: [400] },
  { name: "a NUL in a header", lines: ["Content-Length: 0", "X-Nul: a\u0000b"], expected: [400] },
  { name: "a space before the colon", lines: ["Content-Length : 0"], expected: [400] },
];

export async function sendRaw(campaign: Campaign): Promise<number> {
  const { intakes, consoleUrl } = campaign.installation;
  const targets = [
    { url: intakes[0] ?? "", path: "/api/webhooks/kpi" },
    { url: consoleUrl, path: "/api/v1/apply" },
  ];
  for (const { name, lines, body = "", expected } of RAW)
    for (const { url, path } of targets) {
      const text = [`POST ${path} HTTP/1.1`, "Host: localhost", "Connection: close", ...lines, "", body].join("\r\n");
      const status = await statusOf(url, text);
      campaign.check(
        status !== null && expected.includes(status),
        `${name} to ${path}: expected ${expected.join(" or ")}, got ${status ?? "no answer"}`,
      );
    }
  return RAW.length * targets.length;
}

function statusOf(url: string, text: string): Promise<number | null> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(text, "latin1"));
    const end = (status: number | null): void => {
      socket.destroy();
      resolve(status);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => end(null));
    socket.once("data", (data) => end(Number(/^HTTP\/1\.1 (\d{3})/.exec(data.toString("latin1"))?.[1] ?? Number.NaN)));
    socket.once("error", () => end(null));
    socket.once("close", () => end(null));
  });
}

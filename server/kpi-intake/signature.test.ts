import { expect, test } from "vitest";
import { isSigned } from "./signature.ts";

/** The vector that every library of Standard Webhooks tests with, and its rules for what is wrong. */
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const OTHER = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";
const AT = 1_614_265_330;
const delivery = {
  id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
  timestamp: String(AT),
  signature: SIGNATURE,
  raw: Buffer.from('{"test": 2432232314}'),
};
const verdict = (change: Partial<typeof delivery> = {}, { secret = SECRET, afterSeconds = 0 } = {}): boolean =>
  isSigned({ ...delivery, ...change }, secret, new Date((AT + afterSeconds) * 1000));

test("the reference vector is signed, with and without the secret's prefix", () => {
  expect([verdict(), verdict({}, { secret: SECRET.replace("whsec_", "") })]).toEqual([true, true]);
});

test("of several signatures one that fits is enough", () => {
  expect(verdict({ signature: `${OTHER} v2,${OTHER.slice(3)} ${SIGNATURE} ${OTHER}` })).toBe(true);
});

test.each([
  ["another signature", { signature: OTHER }],
  ["a part of the signature", { signature: "v1,g0hM9" }],
  ["an empty one", { signature: "v1," }],
  ["none at all", { signature: "" }],
  ["another version", { signature: SIGNATURE.replace("v1", "v2") }],
  ["another id", { id: "msg_other" }],
  ["no id", { id: "" }],
  ["another body", { raw: Buffer.from('{"test": 2432232315}') }],
  ["a time that is no number", { timestamp: "hello" }],
  ["a time with something behind it", { timestamp: `${AT}x` }],
])("%s is not signed", (_what, change) => expect(verdict(change)).toBe(false));

test("300 s either way are within the tolerance, 301 s are not", () => {
  expect([-301, -300, 300, 301].map((afterSeconds) => verdict({}, { afterSeconds }))).toEqual([false, true, true, false]);
});

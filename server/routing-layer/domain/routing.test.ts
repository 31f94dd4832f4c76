import { isIP } from "node:net";
import { describe, expect, test } from "vitest";
import { chooseInstance } from "./choose-instance.ts";
import { clientAddress } from "./client-address.ts";
import { addressedByHost, addressedByPath } from "./match-component.ts";
import { targetOf } from "./request-target.ts";

describe("how a request names its component", () => {
  test("by host, but never by an address or localhost", () => {
    expect(addressedByHost("cart.boutique.example.com:8080", "/x")).toMatchObject({
      application: "boutique",
      name: "cart",
      path: "/x",
      prefix: null,
    });
    const none = ["127.0.0.1:8080", "127.0.0.1.", "[::1]:8080", "localhost", "localhost:80", "cart.boutique", "cart.boutique."];
    for (const host of [...none, "cart..boutique", ".", "", undefined])
      expect(addressedByHost(host, "/"), host ?? "none").toBeNull();
    for (const host of ["CART.Boutique.Example.com", "cart.boutique.example.com.:80", "cart.boutique.localhost:8080"])
      expect(addressedByHost(host, "/"), host).toMatchObject({ application: "boutique", name: "cart" });
  });
  test("by prefix, which is stripped and told", () => {
    expect(addressedByPath("/boutique/cart/carts/1?x=2")).toEqual({
      application: "boutique",
      name: "cart",
      path: "/carts/1?x=2",
      prefix: "/boutique/cart",
    });
    expect(addressedByPath("/boutique")).toBeNull();
  });
});

test.each([
  ["http://cart.boutique.example.com:80/a?b=1", { path: "/a?b=1", host: "cart.boutique.example.com:80" }],
  ["HTTP://cart.boutique.example.com", { path: "/", host: "cart.boutique.example.com" }],
  ["http://x.y.z?b=1", { path: "/?b=1", host: "x.y.z" }],
  // A name before the host may be meant to look like one (RFC 9110, section 4.2.4).
  ["http://me@x.y.z?b=1", null],
  ["/a//b%2Fc?d=http://e/f", { path: "/a//b%2Fc?d=http://e/f", host: "given" }],
])("the target %s of a request is taken apart as a proxy's form or left as it is", (url, target) => {
  expect(targetOf(url, "given")).toEqual(target);
});

describe("the client's address", () => {
  const isTrusted = (address: string): boolean => address.startsWith("10.");
  const normalized = (text: string): string | null => (isIP(text) ? text.replace("::ffff:", "") : null);
  const ask = (peer: string, headers: { xForwardedFor?: string; forwarded?: string }): string =>
    clientAddress({ peer, isTrusted, normalized, xForwardedFor: headers.xForwardedFor, forwarded: headers.forwarded });

  test("a header of an untrusted peer is not believed", () => {
    expect(ask("198.51.100.7", { xForwardedFor: "8.8.8.8", forwarded: "for=8.8.8.8" })).toBe("198.51.100.7");
  });

  test.each([
    ["1.2.3.4, 8.8.8.8, 10.0.0.2", "8.8.8.8"],
    ["8.8.8.8:1234,10.0.0.2", "8.8.8.8"],
    ["[2001:db8::1]:443", "2001:db8::1"],
    ["2001:db8::1", "2001:db8::1"],
    ["10.0.0.3, 10.0.0.2", "10.0.0.3"],
    ["", "10.0.0.1"],
  ])("behind trusted proxies it is the last of %s that is none of them", (xForwardedFor, client) => {
    expect(ask("10.0.0.1", { xForwardedFor })).toBe(client);
    expect(ask("::ffff:10.0.0.1", { xForwardedFor })).toBe(client);
  });

  test.each([
    ['for="[2001:db8::1]:99";proto=http', "2001:db8::1"],
    ["For=1.2.3.4, for=8.8.8.8;by=10.0.0.9, FOR=10.0.0.2", "8.8.8.8"],
    ['host="a,b;for=9.9.9.9";for=8.8.8.8', "8.8.8.8"],
    ['by=10.0.0.9; for = "8.8.8.8:80"', "8.8.8.8"],
  ])("so it is of Forwarded: %s", (forwarded, client) => {
    expect(ask("10.0.0.1", { forwarded })).toBe(client);
  });

  test("what stands before an unknown hop is a client's own word", () => {
    for (const unknown of ["unknown", "_hidden", "nonsense", "8.8", ""])
      expect(ask("10.0.0.1", { forwarded: `for=9.9.9.9, for=${unknown}, for=10.0.0.2` }), unknown).toBe("10.0.0.2");
    expect(ask("10.0.0.1", { xForwardedFor: "9.9.9.9, nonsense" })).toBe("10.0.0.1");
  });
});

test("the nearest instance at the component's epoch is chosen, and an older epoch never is", () => {
  const instance = (name: string, dataCenter: string, epoch: number) => ({ name, dataCenter, host: "127.0.0.1", port: 1, epoch });
  const component = {
    component: "a/b",
    application: "a",
    name: "b",
    entrypoint: true,
    protocol: "http" as const,
    stateKind: "stateless" as const,
    epoch: 2,
    shares: [],
    instances: [instance("old", "near", 1), instance("far", "far", 2), instance("mid", "mid", 2)],
  };
  const latencyMs = (place: string): number => ({ near: 1, mid: 20, far: 90 })[place] ?? 0;
  expect(chooseInstance({ component, latencyMs, avoid: new Set(), turn: 0, user: "1.2.3.4" })?.name).toBe("mid");
  expect(chooseInstance({ component, latencyMs, avoid: new Set(["mid", "far"]), turn: 0, user: "1.2.3.4" })).toBeNull();
});

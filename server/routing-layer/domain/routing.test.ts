import { describe, expect, test } from "vitest";
import { chooseInstance } from "./choose-instance.ts";
import { clientAddress } from "./client-address.ts";
import { addressedByHost, addressedByPath } from "./match-component.ts";

describe("how a request names its component", () => {
  test("by host, but never by an address or localhost", () => {
    expect(addressedByHost("cart.boutique.example.com:8080", "/x")).toMatchObject({
      application: "boutique",
      name: "cart",
      path: "/x",
      prefix: null,
    });
    for (const host of ["127.0.0.1:8080", "[::1]:8080", "localhost", "a.b.localhost", "cart.boutique", undefined])
      expect(addressedByHost(host, "/"), host ?? "none").toBeNull();
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

describe("the client's address", () => {
  const isTrusted = (address: string): boolean => address.startsWith("10.");
  test("a header of an untrusted peer is not believed", () => {
    expect(clientAddress({ peer: "198.51.100.7", isTrusted, xForwardedFor: "8.8.8.8", forwarded: undefined })).toBe(
      "198.51.100.7",
    );
  });
  test("behind trusted proxies it is the last address that is none of them", () => {
    expect(
      clientAddress({ peer: "10.0.0.1", isTrusted, xForwardedFor: "1.2.3.4, 8.8.8.8, 10.0.0.2", forwarded: undefined }),
    ).toBe("8.8.8.8");
    expect(
      clientAddress({ peer: "10.0.0.1", isTrusted, xForwardedFor: undefined, forwarded: 'for="[2001:db8::1]:99";proto=http' }),
    ).toBe("2001:db8::1");
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
    instances: [instance("old", "near", 1), instance("far", "far", 2), instance("mid", "mid", 2)],
  };
  const latencyMs = (place: string): number => ({ near: 1, mid: 20, far: 90 })[place] ?? 0;
  expect(chooseInstance({ component, latencyMs, avoid: new Set(), turn: 0 })?.name).toBe("mid");
  expect(chooseInstance({ component, latencyMs, avoid: new Set(["mid", "far"]), turn: 0 })).toBeNull();
});

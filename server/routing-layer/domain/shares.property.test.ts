import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chooseInstance } from "./choose-instance.ts";
import type { RouteComponent } from "./snapshot.ts";

const EPOCH = 3;

function componentWith(percent: number, name = "shop/front"): RouteComponent {
  const instance = (of: string, dataCenter: string) => ({ name: of, dataCenter, host: "127.0.0.1", port: 1, epoch: EPOCH });
  return {
    component: name,
    application: "shop",
    name: "front",
    entrypoint: true,
    protocol: "http",
    stateKind: "stateless",
    epoch: EPOCH,
    instances: [instance("old.1", "old"), instance("old.2", "old"), instance("new.1", "new")],
    shares: [
      { dataCenter: "new", percent },
      { dataCenter: "old", percent: 100 - percent },
    ],
  };
}

const NOBODY: ReadonlySet<string> = new Set();
const choose = (component: RouteComponent, user: string, { turn = 0, avoid = NOBODY, oldMs = 1 } = {}) =>
  chooseInstance({ component, user, turn, avoid, latencyMs: (place) => (place === "old" ? oldMs : 50) });

const percentOf = fc.integer({ min: 1, max: 90 });
const address = fc.ipV4();

describe("while places have shares", () => {
  test("each gets its part of the users, whatever their addresses and however far it is", () => {
    fc.assert(
      fc.property(percentOf, fc.nat(250), fc.constantFrom(1, 500), (percent, net, oldMs) => {
        const component = componentWith(percent);
        const users = Array.from({ length: 4_000 }, (_, index) => `10.${net}.${index >> 8}.${index & 255}`);
        const there = users.filter((user) => choose(component, user, { oldMs })?.dataCenter === "new").length;
        // Three standard deviations of a fair draw, and a little.
        const tolerance = 3.5 * Math.sqrt((percent * (100 - percent)) / users.length) + 0.5;
        expect(Math.abs((100 * there) / users.length - percent)).toBeLessThan(tolerance);
      }),
      { numRuns: 40 },
    );
  });

  test("a user stays in one place over all requests, and a larger share takes nobody back", () => {
    fc.assert(
      fc.property(address, percentOf, percentOf, fc.array(fc.nat(1_000), { maxLength: 20 }), (user, one, other, turns) => {
        const [small, large] = [Math.min(one, other), Math.max(one, other)];
        const place = choose(componentWith(small), user)?.dataCenter;
        for (const turn of turns) expect(choose(componentWith(small), user, { turn })?.dataCenter).toBe(place);
        if (place === "new") expect(choose(componentWith(large), user)?.dataCenter).toBe("new");
      }),
    );
  });

  test("nobody is sent to an instance that is gone, to one that was just refused, or to none while one serves", () => {
    fc.assert(
      fc.property(
        address,
        percentOf,
        fc.subarray(["old.1", "old.2", "new.1"]),
        fc.subarray(["old.1", "new.1"]),
        (user, percent, gone, refused) => {
          const whole = componentWith(percent);
          const component = { ...whole, instances: whole.instances.filter(({ name }) => !gone.includes(name)) };
          const avoid = new Set(refused);
          const left = component.instances.filter(({ name }) => !avoid.has(name));
          const chosen = choose(component, user, { avoid });
          if (left.length === 0) expect(chosen).toBeNull();
          else expect(left.map(({ name }) => name)).toContain(chosen?.name);
        },
      ),
    );
  });

  test("each move tries other users", () => {
    const users = Array.from({ length: 500 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);
    const first = componentWith(20);
    const next = {
      ...first,
      epoch: EPOCH + 1,
      instances: first.instances.map((instance) => ({ ...instance, epoch: EPOCH + 1 })),
    };
    const chosen = (component: RouteComponent) => users.filter((user) => choose(component, user)?.dataCenter === "new");
    const again = chosen(first).filter((user) => chosen(next).includes(user));
    expect(again.length).toBeLessThan(chosen(first).length / 2);
  });
});

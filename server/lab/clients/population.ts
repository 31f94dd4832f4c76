import type { Agent } from "undici";
import { accessRoundTripMs, distanceKm, type Point } from "../../connectivity-management/domain/estimate-round-trip.ts";
import { cityWeights, pickWeighted, seededRandom } from "../domain/demand.ts";
import type { City } from "../domain/world.ts";
import { createCityAgent } from "./lab-http.ts";
import { send, Shopper, type ShopperResult } from "./shopper.ts";

export interface PopulationOptions {
  readonly cities: readonly City[];
  readonly places: readonly Point[];
  readonly gatewayUrl: string;
  /** Paths of what clients call; the first of `documents` keeps documents. */
  readonly entrypoints: readonly string[];
  readonly documents: string | null;
  readonly requestsPerSecond: number;
  readonly followTheSun: boolean;
  readonly seed: number;
  /** The lab's clock of the day. */
  readonly clock: () => Date;
  /** Whether this system lets a socket begin at 127.66.0.0/16; else the secret tells the gateway who asks. */
  readonly canBindLabAddresses: boolean;
  readonly trustSecret: string;
  readonly onTrouble: (what: string) => void;
}

export interface PopulationStatus {
  requestsPerSecond: number;
  followTheSun: boolean;
  sent: number;
  failed: number;
  skipped: number;
  /** Writes sent again because nothing came back; not failures yet, but never silent. */
  retried: number;
  acknowledged: number;
  lost: number;
  doubled: number;
}

/** Requests under way at once; past it the open loop skips, and says so. */
const IN_FLIGHT_MAX = 400;
const WEIGHTS_EVERY_MS = 1_000;
const READERS = 16;
const WRITE_SHARE = 0.12;
const VERIFY_SHARE = 0.05;

/** City to its entry and back: 2 ms + 0.0162 ms/km to the nearest place, × 1.45 between Europe and Asia-Pacific (contract, section 8). */
export function nearestAccessMs(city: Point, places: readonly Point[]): number {
  const [nearest] = [...places].sort((a, b) => distanceKm(city, a) - distanceKm(city, b));
  return nearest ? accessRoundTripMs(city, nearest) : 0;
}

export class Population {
  readonly #options: PopulationOptions;
  readonly #random: () => number;
  readonly #agents: Agent[];
  readonly #shoppers: Shopper[][];
  readonly #status: PopulationStatus;
  #weights: readonly number[] = [];
  #weightsAt = Number.NEGATIVE_INFINITY;
  #inFlight = 0;
  #keys = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(options: PopulationOptions) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#status = {
      requestsPerSecond: options.requestsPerSecond,
      followTheSun: options.followTheSun,
      sent: 0,
      failed: 0,
      skipped: 0,
      retried: 0,
      acknowledged: 0,
      lost: 0,
      doubled: 0,
    };
    this.#agents = options.cities.map((city, index) =>
      createCityAgent({
        localAddress: options.canBindLabAddresses ? `127.66.${Math.floor(index / 250)}.${(index % 250) + 2}` : null,
        delayMs: nearestAccessMs(city, options.places) / 2,
      }),
    );
    this.#shoppers = options.cities.map(() => []);
  }

  start(): void {
    this.#schedule();
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    for (const agent of this.#agents) void agent.destroy().catch(() => undefined);
  }

  setLoad(change: { requestsPerSecond?: number | undefined; followTheSun?: boolean | undefined }): void {
    if (change.requestsPerSecond !== undefined) this.#status.requestsPerSecond = change.requestsPerSecond;
    if (change.followTheSun !== undefined) this.#status.followTheSun = change.followTheSun;
    this.#weightsAt = Number.NEGATIVE_INFINITY;
  }

  status(): PopulationStatus {
    const all = this.#shoppers.flat();
    const add = (of: (shopper: Shopper) => number): number => all.reduce((total, shopper) => total + of(shopper), 0);
    return {
      ...this.#status,
      acknowledged: add((shopper) => shopper.acknowledged),
      retried: add((shopper) => shopper.retried),
      lost: add((shopper) => shopper.lost),
      doubled: add((shopper) => shopper.doubled),
    };
  }

  /** Reads every document back now, some at once: one after the other the far ones would take minutes. */
  async verifyAll(): Promise<PopulationStatus> {
    const left = this.#shoppers.flat();
    const readers = Array.from({ length: READERS }, async () => {
      for (let shopper = left.pop(); shopper; shopper = left.pop()) if (!shopper.busy) this.#note(await shopper.verify());
    });
    await Promise.all(readers);
    return this.status();
  }

  /** Open loop: the next request comes when it comes, whether or not the last was answered. */
  #schedule(): void {
    const rate = this.#status.requestsPerSecond;
    const waitMs = rate <= 0 ? 500 : Math.min(2_000, (-Math.log(1 - this.#random()) / rate) * 1_000);
    this.#timer = setTimeout(() => {
      if (rate > 0) this.#fire();
      this.#schedule();
    }, waitMs);
  }

  #fire(): void {
    if (this.#options.cities.length === 0 || this.#options.entrypoints.length === 0) return;
    if (this.#inFlight >= IN_FLIGHT_MAX) return void (this.#status.skipped += 1);
    this.#inFlight += 1;
    this.#status.sent += 1;
    this.#once(this.#pickCity())
      .then((result) => this.#note(result))
      .catch((error: unknown) => this.#options.onTrouble(String(error)))
      .finally(() => (this.#inFlight -= 1));
    return undefined;
  }

  #note(result: ShopperResult): void {
    if (result.ok) return;
    this.#status.failed += 1;
    this.#options.onTrouble(result.detail);
  }

  #pickCity(): number {
    const now = performance.now();
    if (now - this.#weightsAt > WEIGHTS_EVERY_MS) {
      this.#weightsAt = now;
      this.#weights = cityWeights(this.#options.cities, this.#options.clock(), this.#status.followTheSun);
    }
    return pickWeighted(this.#weights, this.#random());
  }

  async #once(city: number): Promise<ShopperResult> {
    const { entrypoints, documents, gatewayUrl } = this.#options;
    const dispatcher = this.#agents[city];
    if (!dispatcher) return { ok: true, status: 200, detail: "" };
    const kind = this.#random();
    if (documents !== null && kind < WRITE_SHARE + VERIFY_SHARE) {
      const shopper = this.#shopperOf(city, documents, dispatcher);
      return kind < WRITE_SHARE ? await shopper.write() : await shopper.verify();
    }
    const browsed = entrypoints.filter((path) => path !== documents || entrypoints.length === 1);
    const path = browsed[Math.floor(this.#random() * browsed.length)] ?? entrypoints[0] ?? "/";
    return await send(`${gatewayUrl}${path}/`, { method: "GET", dispatcher, headers: this.#headersOf(city) });
  }

  #shopperOf(city: number, documentsPath: string, dispatcher: Agent): Shopper {
    const known = this.#shoppers[city] ?? [];
    const free = known.find((shopper) => !shopper.busy);
    if (free) return free;
    const options = {
      name: `lab-${city}-${known.length}`,
      gatewayUrl: this.#options.gatewayUrl,
      documentsPath,
      dispatcher,
      headers: this.#headersOf(city),
      newKey: () => this.#newKey(),
    };
    const shopper = new Shopper(options);
    known.push(shopper);
    return shopper;
  }

  #headersOf(city: number): Record<string, string> {
    const address = this.#options.cities[city]?.address ?? null;
    return {
      ...(address === null ? {} : { "x-forwarded-for": address }),
      ...(this.#options.canBindLabAddresses ? {} : { "geostitch-lab-secret": this.#options.trustSecret }),
    };
  }

  /** Unique over restarts, too: the carts outlive this process. */
  #newKey(): string {
    this.#keys += 1;
    return `${process.pid.toString(36)}-${Math.floor(performance.timeOrigin).toString(36)}-${this.#keys.toString(36)}`;
  }
}

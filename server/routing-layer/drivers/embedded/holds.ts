import type { EntryStatus, HoldCommand } from "../../domain/snapshot.ts";

interface Waiter {
  readonly bytes: number;
  readonly sinceMs: number;
  readonly settle: (outcome: HoldOutcome) => void;
}

export type HoldOutcome =
  | { readonly kind: "released"; readonly heldMs: number; readonly hold: Hold }
  | { readonly kind: "refused"; readonly why: string; readonly heldMs: number };

const HOLDS_KEPT = 40;

/** Requests of one component that wait at one entry for a route at a higher epoch. */
export class Hold {
  readonly component: string;
  readonly epoch: number;
  readonly #command: Omit<HoldCommand, "commandId">;
  readonly #waiting = new Set<Waiter>();
  #bytes = 0;
  #max = 0;
  #total = 0;
  #failed = 0;
  #firstHeldMs: number | null = null;
  #pauseMs: number | null = null;
  #state: "holding" | "released" | "expired" = "holding";

  constructor(command: Omit<HoldCommand, "commandId">) {
    this.component = command.component;
    this.epoch = command.epoch;
    this.#command = command;
  }

  get active(): boolean {
    return this.#state === "holding";
  }

  wait(bytes: number): Promise<HoldOutcome> {
    const { countMax, bytesMax, deadlineMs } = this.#command;
    const sinceMs = performance.now();
    this.#firstHeldMs ??= sinceMs;
    this.#total += 1;
    if (this.#waiting.size >= countMax || this.#bytes + bytes > bytesMax) {
      this.#failed += 1;
      return Promise.resolve({ kind: "refused", why: "too many requests wait for this component", heldMs: 0 });
    }
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#failed += 1;
        waiter.settle({
          kind: "refused",
          why: `the hold passed its deadline of ${deadlineMs} ms`,
          heldMs: performance.now() - sinceMs,
        });
      }, deadlineMs);
      const waiter: Waiter = {
        bytes,
        sinceMs,
        settle: (outcome) => {
          clearTimeout(timer);
          if (!this.#waiting.delete(waiter)) return;
          this.#bytes -= bytes;
          resolve(outcome);
        },
      };
      this.#waiting.add(waiter);
      this.#bytes += bytes;
      this.#max = Math.max(this.#max, this.#waiting.size);
    });
  }

  release(): void {
    this.#state = "released";
    for (const waiter of [...this.#waiting])
      waiter.settle({ kind: "released", heldMs: performance.now() - waiter.sinceMs, hold: this });
  }

  /** A request that waited here has got its answer's head: the first one ends the pause. */
  answered(): void {
    if (this.#pauseMs === null && this.#firstHeldMs !== null) this.#pauseMs = performance.now() - this.#firstHeldMs;
  }

  status(): EntryStatus["holds"][number] {
    const oldest = Math.min(...[...this.#waiting].map((waiter) => waiter.sinceMs));
    return {
      component: this.component,
      epoch: this.epoch,
      now: this.#waiting.size,
      max: this.#max,
      total: this.#total,
      failed: this.#failed,
      oldestMs: Number.isFinite(oldest) ? performance.now() - oldest : 0,
      pauseMs: this.#pauseMs,
      state: this.#state,
    };
  }
}

/** The holds of one entry: those in force, and the last that were. */
export class Holds {
  readonly #active = new Map<string, Hold>();
  readonly #past: Hold[] = [];

  begin(command: Omit<HoldCommand, "commandId">): Hold {
    const known = this.#active.get(command.component);
    if (known && known.epoch >= command.epoch) return known;
    const hold = new Hold(command);
    this.#active.set(command.component, hold);
    return hold;
  }

  of(component: string): Hold | null {
    return this.#active.get(component) ?? null;
  }

  /** Ends the hold of a component whose routes are now at `epoch`. */
  routed(component: string, epoch: number): void {
    const hold = this.#active.get(component);
    if (!hold || epoch <= hold.epoch) return;
    this.#active.delete(component);
    this.#past.push(hold);
    this.#past.splice(0, Math.max(0, this.#past.length - HOLDS_KEPT));
    hold.release();
  }

  statuses(): EntryStatus["holds"] {
    return [...this.#past, ...this.#active.values()].map((hold) => hold.status());
  }
}

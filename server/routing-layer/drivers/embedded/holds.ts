import type { EntryStatus, HoldCommand } from "../../domain/snapshot.ts";

interface Waiter {
  readonly bytes: number;
  readonly sinceMs: number;
  readonly settle: (outcome: HoldOutcome) => void;
}

export type HoldOutcome =
  /** `probes`: nobody has said that the component is open again; this request finds out. */
  | { readonly kind: "released"; readonly heldMs: number; readonly hold: Hold; readonly probes: boolean }
  | { readonly kind: "refused"; readonly why: string; readonly heldMs: number }
  | { readonly kind: "left"; readonly heldMs: number };

/** A request's place in a hold. */
export interface Place {
  readonly outcome: Promise<HoldOutcome>;
  /** The client went away: its place is free. */
  readonly leave: () => void;
}

const HOLDS_KEPT = 40;
/** So often one request is sent to a component that refused by itself. */
const PROBE_EVERY_MS = 250;

/**
 * Requests of one component that wait at one entry for a route at a higher epoch. A hold that nobody commanded, begun because
 * the component itself refused, may never see one (an instance that only starts anew is closed for a moment, too): it lets
 * one request a moment through, and ends when that one is not refused.
 */
export class Hold {
  readonly component: string;
  readonly epoch: number;
  #command: Omit<HoldCommand, "commandId">;
  #isCommanded: boolean;
  #probedMs = performance.now();
  #probing: NodeJS.Timeout | null = null;
  readonly #waiting = new Set<Waiter>();
  #bytes = 0;
  #max = 0;
  #total = 0;
  #failed = 0;
  #firstHeldMs: number | null = null;
  #pauseMs: number | null = null;
  #state: "holding" | "released" | "expired" = "holding";

  constructor(command: Omit<HoldCommand, "commandId">, isCommanded: boolean) {
    this.component = command.component;
    this.epoch = command.epoch;
    this.#command = command;
    this.#isCommanded = isCommanded;
  }

  get isCommanded(): boolean {
    return this.#isCommanded;
  }

  /** The orchestrator has this component held, too: from here on its word ends it, and no request finds out by itself. */
  obey(command: Omit<HoldCommand, "commandId">): void {
    this.#command = command;
    this.#isCommanded = true;
    this.#stopProbing();
  }

  /** `again`: a request that waited here before, and is counted. */
  wait(bytes: number, again: boolean): Place {
    const { countMax, bytesMax } = this.#command;
    const sinceMs = performance.now();
    if (this.#mayProbe(sinceMs)) {
      this.#probedMs = sinceMs;
      return at({ kind: "released", heldMs: 0, hold: this, probes: true });
    }
    this.#firstHeldMs ??= sinceMs;
    if (!again) this.#total += 1;
    if (this.#waiting.size < countMax && this.#bytes + bytes <= bytesMax) return this.#admit(bytes, sinceMs);
    this.#failed += 1;
    return at({ kind: "refused", why: "too many requests wait for this component", heldMs: 0 });
  }

  #admit(bytes: number, sinceMs: number): Place {
    const { deadlineMs } = this.#command;
    const since = (): number => performance.now() - sinceMs;
    const { promise, resolve } = Promise.withResolvers<HoldOutcome>();
    const timer = setTimeout(() => {
      this.#failed += 1;
      waiter.settle({ kind: "refused", why: `the hold passed its deadline of ${deadlineMs} ms`, heldMs: since() });
    }, deadlineMs);
    const waiter: Waiter = {
      bytes,
      sinceMs,
      settle: (outcome) => {
        clearTimeout(timer);
        if (!this.#waiting.delete(waiter)) return;
        this.#bytes -= bytes;
        if (this.#waiting.size === 0) this.#stopProbing();
        resolve(outcome);
      },
    };
    this.#waiting.add(waiter);
    this.#bytes += bytes;
    this.#max = Math.max(this.#max, this.#waiting.size);
    if (!this.#isCommanded) this.#probing ??= setInterval(() => this.#probe(), PROBE_EVERY_MS);
    return { outcome: promise, leave: () => waiter.settle({ kind: "left", heldMs: since() }) };
  }

  #mayProbe(nowMs: number): boolean {
    return !this.#isCommanded && this.#waiting.size === 0 && nowMs - this.#probedMs >= PROBE_EVERY_MS;
  }

  #probe(): void {
    const [oldest] = this.#waiting;
    this.#probedMs = performance.now();
    oldest?.settle({ kind: "released", heldMs: this.#probedMs - oldest.sinceMs, hold: this, probes: true });
  }

  #stopProbing(): void {
    if (this.#probing) clearInterval(this.#probing);
    this.#probing = null;
  }

  release(): void {
    this.#state = "released";
    for (const waiter of [...this.#waiting])
      waiter.settle({ kind: "released", heldMs: performance.now() - waiter.sinceMs, hold: this, probes: false });
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

const at = (outcome: HoldOutcome): Place => ({ outcome: Promise.resolve(outcome), leave: () => undefined });

/** The holds of one entry: those in force, and the last that were. */
export class Holds {
  readonly #active = new Map<string, Hold>();
  readonly #past: Hold[] = [];

  /** As the orchestrator commands it. */
  begin(command: Omit<HoldCommand, "commandId">): void {
    const known = this.#active.get(command.component);
    if (!known || known.epoch < command.epoch) this.#replace(known, new Hold(command, true));
    else if (!known.isCommanded) known.obey(command);
  }

  /** Because the component refused by itself. */
  beginUnasked(command: Omit<HoldCommand, "commandId">): void {
    const known = this.#active.get(command.component);
    if (!known || known.epoch < command.epoch) this.#replace(known, new Hold(command, false));
  }

  /** Who waited in the one before goes on waiting in this one: nothing else would ever call them. */
  #replace(known: Hold | undefined, hold: Hold): void {
    this.#active.set(hold.component, hold);
    known?.release();
  }

  /** A request that found out was not refused: nothing is told of a hold that was no part of a move. */
  foundOpen(hold: Hold): void {
    if (hold.isCommanded || this.#active.get(hold.component) !== hold) return;
    this.#active.delete(hold.component);
    hold.release();
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

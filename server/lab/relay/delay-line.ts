import type { Socket } from "node:net";

/** Bytes that may be on their way in one direction before the sender is made to wait. */
const IN_FLIGHT_BYTES_MAX = 8 * 1024 * 1024;

/** Milliseconds one way; a function is asked for each chunk, since links get slow while connections stay open. */
export type Delay = number | (() => number);

interface Item {
  readonly dueMs: number;
  readonly deliver: () => void;
}

/**
 * Delivers things `delayMs` after they were given, in their order. Timers of Node fire up to a millisecond late, so the last
 * of the wait is spent looking at the clock at every turn of the event loop.
 */
export class DelayLine {
  readonly #delayMs: Delay;
  readonly #items: Item[] = [];
  #armed = false;

  constructor(delayMs: Delay) {
    this.#delayMs = delayMs;
  }

  push(deliver: () => void): void {
    const delayMs = typeof this.#delayMs === "number" ? this.#delayMs : this.#delayMs();
    this.#items.push({ dueMs: performance.now() + delayMs, deliver });
    this.#arm();
  }

  #arm(): void {
    const [next] = this.#items;
    if (this.#armed || !next) return;
    this.#armed = true;
    const waitMs = next.dueMs - performance.now();
    // setTimeout rounds to whole milliseconds and is late by up to one: aim half a millisecond early.
    setTimeout(() => this.#run(), Math.max(0, Math.floor(waitMs - 0.5)));
  }

  #run(): void {
    this.#armed = false;
    const now = performance.now() + 0.6;
    while (this.#items[0] && this.#items[0].dueMs <= now) this.#items.shift()?.deliver();
    this.#arm();
  }
}

/** Copies one direction of a connection through a delay: bytes, the end, and a break. Neither side is ever sent faster than it takes. */
export function pipeDelayed(from: Socket, to: Socket, delayMs: Delay): void {
  const line = new DelayLine(delayMs);
  let inFlight = 0;
  let isFull = false;
  const goOn = (): void => {
    if (!isFull && from.isPaused() && inFlight < IN_FLIGHT_BYTES_MAX / 2) from.resume();
  };
  to.on("drain", () => {
    isFull = false;
    goOn();
  });
  from.on("data", (chunk: Buffer) => {
    inFlight += chunk.length;
    if (inFlight > IN_FLIGHT_BYTES_MAX) from.pause();
    line.push(() => {
      inFlight -= chunk.length;
      if (!to.destroyed && !to.write(chunk)) {
        isFull = true;
        from.pause();
      }
      goOn();
    });
  });
  from.once("end", () => line.push(() => to.end()));
  from.once("error", () => line.push(() => to.destroy()));
  // Behind an end, what was written last still has to arrive: the other side is closed when it has.
  from.once("close", () =>
    line.push(() => {
      if (to.writableFinished) to.destroy();
      else to.end(() => to.destroy());
    }),
  );
}

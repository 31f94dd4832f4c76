import { request, type Dispatcher } from "undici";
import { checkHistory, type Attempt, type ReadBack } from "../domain/history.ts";

export interface ShopperOptions {
  readonly name: string;
  readonly gatewayUrl: string;
  /** Path prefix of the component that keeps documents, such as `/boutique/cart`. */
  readonly documentsPath: string;
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
  readonly newKey: () => string;
}

export interface ShopperResult {
  readonly ok: boolean;
  readonly status: number | null;
  readonly detail: string;
}

/** How often a write with an unknown outcome is sent again, with its key. */
const RETRIES = 2;
const TIMEOUT_MS = 20_000;
const WRITES_PER_DOCUMENT = 60;

/** One user with one document at a time, written by nobody else; knows what was acknowledged and can prove it is there. */
export class Shopper {
  readonly #options: ShopperOptions;
  #document: string;
  #attempts: Attempt[] = [];
  #busy = false;
  lost = 0;
  doubled = 0;
  acknowledged = 0;
  /** Writes that had to be sent again because nothing came back. */
  retried = 0;

  constructor(options: ShopperOptions) {
    this.#options = options;
    this.#document = `${options.name}-${options.newKey()}`;
  }

  get busy(): boolean {
    return this.#busy;
  }

  /** Adds one item; an unknown outcome is asked again with the same key, so that it happens once or not at all. */
  async write(): Promise<ShopperResult> {
    const key = this.#options.newKey();
    return await this.#exclusively(async () => {
      if (this.#attempts.length >= WRITES_PER_DOCUMENT) {
        const checked = await this.#check();
        if (!checked.ok) return checked;
        this.#beginDocument();
      }
      let result = await this.#send("POST", `/carts/${this.#document}/items`, {
        key,
        body: JSON.stringify({ item: `item-${key.slice(-2)}`, quantity: 1 }),
      });
      for (let again = 0; again < RETRIES && result.status === null; again += 1) {
        this.retried += 1;
        result = await this.#send("POST", `/carts/${this.#document}/items`, {
          key,
          body: JSON.stringify({ item: `item-${key.slice(-2)}`, quantity: 1 }),
        });
      }
      if (result.ok) this.acknowledged += 1;
      this.#attempts.push({ key, outcome: result.ok ? "acknowledged" : "unknown", revision: null });
      return result;
    });
  }

  /** Reads the document back and checks it against everything that was acknowledged. */
  async verify(): Promise<ShopperResult> {
    return await this.#exclusively(() => this.#check());
  }

  async #check(): Promise<ShopperResult> {
    const result = await this.#send("GET", `/carts/${this.#document}`);
    if (!result.ok) return result;
    const verdict = checkHistory(this.#attempts, JSON.parse(result.detail) as ReadBack);
    this.lost += verdict.lost.length + verdict.reordered.length;
    this.doubled += verdict.doubled.length;
    if (verdict.lost.length + verdict.doubled.length + verdict.unexplained.length + verdict.reordered.length === 0) return result;
    const document = this.#document;
    // What is wrong with a document is counted once: the next one is a new one.
    this.#beginDocument();
    return { ok: false, status: result.status, detail: `cart ${document}: ${JSON.stringify(verdict)}` };
  }

  #beginDocument(): void {
    this.#document = `${this.#options.name}-${this.#options.newKey()}`;
    this.#attempts = [];
  }

  async #exclusively(work: () => Promise<ShopperResult>): Promise<ShopperResult> {
    this.#busy = true;
    try {
      return await work();
    } finally {
      this.#busy = false;
    }
  }

  async #send(method: "GET" | "POST", path: string, write?: { key: string; body: string }): Promise<ShopperResult> {
    const { gatewayUrl, documentsPath, dispatcher, headers } = this.#options;
    const extra = write ? { "idempotency-key": write.key, "content-type": "application/json" } : {};
    return await send(`${gatewayUrl}${documentsPath}${path}`, {
      method,
      dispatcher,
      headers: { ...headers, ...extra },
      ...(write ? { body: write.body } : {}),
    });
  }
}

/** One request, its outcome as a value; `status` is null when nothing came back, so nobody knows what happened. */
export async function send(
  url: string,
  options: { method: "GET" | "POST"; dispatcher: Dispatcher; headers: Readonly<Record<string, string>>; body?: string },
): Promise<ShopperResult> {
  try {
    const answer = await request(url, { ...options, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await answer.body.text();
    const ok = answer.statusCode >= 200 && answer.statusCode < 300;
    return { ok, status: answer.statusCode, detail: ok ? text : `${answer.statusCode} ${text.slice(0, 200)}` };
  } catch (error) {
    return { ok: false, status: null, detail: error instanceof Error ? error.message : String(error) };
  }
}

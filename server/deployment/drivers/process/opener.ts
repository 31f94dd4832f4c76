import { request } from "undici";
import type { StoredInstance } from "./host-store.ts";

/** An instance that serves but does not speak the state protocol is taken as it is after this long: it can serve, not move. */
const OPENS_WITHIN_MS = 5_000;

/**
 * Opens the owner of a component's state for writes after each start of its process (`POST /geostitch/activate`), before it
 * counts as ready: a component may start closed, as the contract lets it.
 */
export class Opener {
  #isOpen = false;
  #opening: Promise<boolean> | null = null;
  #firstTriedMs: number | null = null;

  startOver(): void {
    this.#isOpen = false;
    this.#firstTriedMs = null;
  }

  /** Resolves when nothing that was sent to open it is on its way any more. */
  async settled(): Promise<void> {
    await this.#opening;
  }

  /** Whether the instance may count as ready. */
  async opened(stored: StoredInstance): Promise<boolean> {
    if (this.#isOpen || !stored.active || !stored.command.hasState) return true;
    this.#opening ??= activate(stored).finally(() => (this.#opening = null));
    this.#isOpen = await this.#opening;
    this.#firstTriedMs ??= performance.now();
    return this.#isOpen || performance.now() - this.#firstTriedMs > OPENS_WITHIN_MS;
  }
}

/** No deadline: an order to open that was given up could still arrive behind a seal. It ends with the process at the latest. */
async function activate({ name, epoch, pid, token, adminPort, command }: StoredInstance): Promise<boolean> {
  try {
    const answer = await request(`http://127.0.0.1:${adminPort}/geostitch/activate`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "geostitch-epoch": String(epoch),
        "geostitch-command-id": `${name}.start.${epoch}.${pid ?? 0}`,
        "geostitch-component": command.component,
      },
    });
    await answer.body.dump();
    // 409: it has seen a higher epoch, so that somebody else is its owner's voice.
    return answer.statusCode < 300 || answer.statusCode === 409;
  } catch {
    return false;
  }
}

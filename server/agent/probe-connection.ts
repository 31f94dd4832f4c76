import type { Socket } from "node:net";

const HEAD_BYTES_MAX = 4096;

/**
 * One connection that stays open, and the round trip of an empty HTTP exchange over it. Written by hand: node:http takes a
 * millisecond of the machine for each exchange, which would be a part of what is measured.
 */
export class ProbeConnection {
  readonly #open: () => Promise<Socket>;
  readonly #request: string;
  #socket: Socket | null = null;

  /** `open` has a deadline of its own. */
  constructor(open: () => Promise<Socket>, request: string) {
    this.#open = open;
    this.#request = request;
  }

  /** In ms; null when the connection had to be opened first, which is no measurement. Rejects when nothing comes back in time. */
  async roundTrip(deadlineMs: number): Promise<number | null> {
    const wasOpen = this.#socket !== null;
    const socket = this.#socket ?? (await this.#openNew());
    try {
      const startedMs = performance.now();
      await answerOf(socket, this.#request, deadlineMs);
      return wasOpen ? performance.now() - startedMs : null;
    } catch (error) {
      socket.destroy();
      this.#forget(socket);
      throw error;
    }
  }

  async #openNew(): Promise<Socket> {
    const socket = await this.#open();
    // Between two probes nobody else listens: without a listener an error would end the process.
    socket.on("error", () => undefined);
    socket.once("close", () => this.#forget(socket));
    this.#socket = socket;
    return socket;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = null;
  }

  #forget(socket: Socket): void {
    if (this.#socket === socket) this.#socket = null;
  }
}

/** Resolves when the head of a good answer is there; the answers to these requests have no body. */
function answerOf(socket: Socket, request: string, deadlineMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = "";
    const finish = (error: Error | null): void => {
      clearTimeout(timer);
      socket.off("data", onData).off("error", finish).off("close", onClose);
      if (error) reject(error);
      else resolve();
    };
    const onData = (chunk: Buffer): void => {
      head += chunk.toString("latin1");
      if (head.length > HEAD_BYTES_MAX) finish(new Error("the answer is none to a probe"));
      else if (head.includes("\r\n\r\n")) finish(head.startsWith("HTTP/1.1 2") ? null : new Error(head.slice(0, 40)));
    };
    const onClose = (): void => finish(new Error("the connection closed"));
    const timer = setTimeout(() => finish(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
    socket.on("data", onData).on("error", finish).on("close", onClose);
    // A dialled socket waits for its reader, so that nothing that came behind the handshake is lost.
    socket.resume();
    socket.write(request);
  });
}

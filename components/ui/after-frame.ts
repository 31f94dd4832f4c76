/** Runs when the frame that is being drawn has been handed over: a task that is queued in a frame runs behind it. */
export function afterFrame(work: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    work();
  };
  port2.postMessage(null);
}

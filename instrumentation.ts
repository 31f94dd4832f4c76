/** Runs once when the server starts: by default the orchestrator lives in this process. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME === "nodejs") {
    const { startWeb } = await import("./server/processes/web.ts");
    await startWeb();
  }
}

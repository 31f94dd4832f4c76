import type { PreviewInputs } from "../../server/migration-planning/domain/preview/inputs.ts";
import type { PreviewResult } from "../../server/migration-planning/domain/preview/preview-moves.ts";
import type { WireSettings } from "./scope.ts";

export interface PreviewWorker {
  ask(settings: WireSettings): void;
  close(): void;
}

export interface WorkerAnswer {
  readonly id: number;
  readonly result: PreviewResult;
  readonly computedMs: number;
}

/** One question at a time: while it computes, only the newest of the others is kept, so that a slider never builds up a queue. */
export function openPreviewWorker(inputs: PreviewInputs, onResult: (result: PreviewResult) => void): PreviewWorker {
  const worker = new Worker(new URL("./preview-worker.ts", import.meta.url), { type: "module" });
  let [newest, isBusy] = [0, false];
  let sentAt = 0;
  let waiting: WireSettings | null = null;
  const send = (settings: WireSettings): void => {
    isBusy = true;
    newest += 1;
    sentAt = performance.now();
    worker.postMessage({ id: newest, settings });
  };
  worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
    isBusy = false;
    performance.measure("preview:worker", { start: sentAt });
    performance.measure("preview:compute", { start: sentAt, duration: data.computedMs });
    if (waiting !== null) {
      const next = waiting;
      waiting = null;
      send(next);
    }
    onResult(data.result);
  };
  worker.postMessage({ inputs });
  return {
    ask: (settings) => {
      if (isBusy) waiting = settings;
      else send(settings);
    },
    close: () => worker.terminate(),
  };
}

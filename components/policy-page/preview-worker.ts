import { compilePreview, type CompiledPreview } from "../../server/migration-planning/domain/preview/compile.ts";
import type { PreviewInputs } from "../../server/migration-planning/domain/preview/inputs.ts";
import { previewMoves } from "../../server/migration-planning/domain/preview/preview-moves.ts";
import type { WorkerAnswer } from "./open-worker.ts";
import { inScopeOf, isHeldIn, type WireSettings } from "./scope.ts";

/** The same functions in another thread: the page goes on while thousands of components are gone through. */
type Asked = { readonly inputs: PreviewInputs } | { readonly id: number; readonly settings: WireSettings };

let compiled: CompiledPreview | null = null;

self.onmessage = ({ data }: MessageEvent<Asked>) => {
  if ("inputs" in data) {
    compiled = compilePreview(data.inputs);
    return;
  }
  if (!compiled) return;
  const { id, settings } = data;
  const began = performance.now();
  const result = previewMoves(compiled, {
    ...settings,
    inScope: inScopeOf(compiled.inputs, settings),
    isHeld: isHeldIn(compiled.inputs, settings.observed),
  });
  self.postMessage({ id, result, computedMs: performance.now() - began } satisfies WorkerAnswer);
};

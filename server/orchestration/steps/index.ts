import type { StepName } from "../domain/migration.ts";
import { finalDelta, preCopy } from "./copy.ts";
import { activate, commit, pause, publish, resume, seal, verify } from "./cut-over.ts";
import { deploy, reserve } from "./prepare.ts";
import { retire, watch } from "./settle.ts";
import type { Step } from "./step.ts";

export const STEPS: Readonly<Record<StepName, Step>> = {
  reserve,
  deploy,
  "pre-copy": preCopy,
  pause,
  seal,
  "final-delta": finalDelta,
  verify,
  commit,
  activate,
  publish,
  resume,
  watch,
  retire,
};

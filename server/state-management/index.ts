export { createSnapshotControl, readSealed, type SealedState } from "./snapshot-control.ts";

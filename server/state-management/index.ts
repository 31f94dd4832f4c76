export {
  createSnapshotControl,
  readSealed,
  type DigestState,
  type SealedState,
  type SnapshotControl,
} from "./snapshot-control.ts";

import { seededRandom, seedOf } from "../domain/demand.ts";
import { createService, type Behaviour } from "./service.ts";
import { createStateAdmin } from "./state-admin.ts";
import { StatefulStore } from "./stateful-store.ts";

/** A component of the lab, a process of its own: what it does is in its environment, and no component is named in code. */
const env = process.env;
const declared = JSON.parse(env["GEOSTITCH_LAB_BEHAVIOUR"] ?? "{}") as Partial<Omit<Behaviour, "dependencies">> & {
  state?: string;
  dependencies?: { name: string; callsPerRequest: number; requestBytes: number; responseBytes: number }[];
};
const planted = env["GEOSTITCH_LAB_PLANT"];

// An instance's chances are its own and the same in every run with the same seed.
const random = seededRandom(
  seedOf(env["GEOSTITCH_LAB_SEED"] ?? "1", env["GEOSTITCH_COMPONENT"] ?? "", env["GEOSTITCH_DATA_CENTER"] ?? ""),
);
const behaviour: Behaviour = {
  name: env["GEOSTITCH_COMPONENT"]?.split("/").at(-1) ?? "component",
  cpuMs: declared.cpuMs ?? 0.3,
  responseBytes: declared.responseBytes ?? 900,
  dependencies: (declared.dependencies ?? []).flatMap((dependency) => {
    const url = env[`GEOSTITCH_DEPENDENCY_${dependency.name.toUpperCase().replace(/[^A-Z0-9]/g, "_")}_URL`];
    return url === undefined ? [] : [{ ...dependency, url }];
  }),
};
const hasState = declared.state === "full" || declared.state === "partial";
const store = hasState
  ? new StatefulStore({
      folder: env["GEOSTITCH_STATE_DIR"] ?? ".",
      epoch: Number(env["GEOSTITCH_EPOCH"] ?? "1"),
      open: env["GEOSTITCH_WRITABLE"] !== "false",
      slowDiskMs: Number(env["GEOSTITCH_LAB_SLOW_DISK_MS"] ?? "0"),
      planted: planted === "no-epoch-check" || planted === "position-before-drain" ? planted : null,
    })
  : null;

const service = createService(behaviour, store, random);
const admin = store ? createStateAdmin(store, env["GEOSTITCH_COMPONENT_TOKEN"] ?? "") : null;
admin?.listen(Number(env["GEOSTITCH_ADMIN_PORT"]), "127.0.0.1");
service.listen(Number(env["PORT"]), "127.0.0.1");

const stop = (): void => {
  admin?.close();
  service.close(() => process.exit(0));
  service.closeIdleConnections();
  setTimeout(() => process.exit(0), 1_000).unref();
};
process.on("SIGTERM", stop);
process.on("SIGINT", stop);

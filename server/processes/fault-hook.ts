import { appendFileSync, existsSync } from "node:fs";

/** How long a process stands still at a point where another is to be killed. */
const STANDS_STILL_MS = 5_000;

/**
 * `<point>@<file>`: ends this process, as `kill -9` does, the first time the point is reached; the file tells that it fired.
 * `<point>@<file>@still`: stands still there, until `<file>.done` tells that another process was killed.
 */
export function faultHook(setting: string | undefined): (point: string) => void {
  if (setting === undefined) return () => undefined;
  const [wanted, file = "", mode] = setting.split("@");
  return (point) => {
    if (point !== wanted || existsSync(file)) return;
    appendFileSync(file, `${point} ${process.pid} ${Date.now()}\n`);
    if (mode !== "still") process.kill(process.pid, "SIGKILL");
    const clock = new Int32Array(new SharedArrayBuffer(4));
    for (let ms = 0; ms < STANDS_STILL_MS && !existsSync(`${file}.done`); ms += 2) Atomics.wait(clock, 0, 0, 2);
  };
}

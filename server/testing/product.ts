import { spawn, type ChildProcessByStdio } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { z } from "zod";
import { freePort } from "../platform/ports.ts";
import { readWiring, type Wiring } from "../platform/wiring.ts";

const READY_WITHIN_MS = 240_000;
const postgresSchema = z.object({ port: z.number(), password: z.string() });

export interface Product {
  readonly dataDir: string;
  readonly consoleUrl: string;
  readonly gatewayUrl: string;
  readonly wiring: Wiring;
  /** Of the embedded PostgreSQL, as its owner. */
  readonly databaseUrl: string;
  stop(): Promise<void>;
}

/** Starts the real product once, in a data folder and on ports of its own, as a person does: `npm start`. */
export async function startProduct(settings: Readonly<Record<string, string>>): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), "geostitch-product-"));
  const [consolePort, gatewayPort, intakePort] = [await freePort(), await freePort(), await freePort()];
  const env = {
    ...process.env,
    ...settings,
    GEOSTITCH_DATA_DIR: dataDir,
    GEOSTITCH_CONSOLE_PORT: String(consolePort),
    GEOSTITCH_GATEWAY_PORT: String(gatewayPort),
    GEOSTITCH_INTAKE_PORT: String(intakePort),
  };
  const product = spawn(process.execPath, ["scripts/start.mjs"], { env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<void>((resolve) => product.once("exit", () => resolve()));
  const stop = async (): Promise<void> => {
    product.kill("SIGTERM");
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    await untilReady(product);
  } catch (error) {
    // Nobody else knows of it: left running it would keep its ports, its folder and a share of the machine.
    await stop();
    throw error;
  }
  const { port, password } = postgresSchema.parse(JSON.parse(readFileSync(join(dataDir, "postgres.json"), "utf8")));
  return {
    dataDir,
    consoleUrl: `http://127.0.0.1:${consolePort}`,
    gatewayUrl: `http://127.0.0.1:${gatewayPort}`,
    wiring: readWiring(join(dataDir, "wiring.json")),
    databaseUrl: `postgresql://postgres:${password}@127.0.0.1:${port}/geostitch`,
    stop,
  };
}

async function untilReady(product: ChildProcessByStdio<null, Readable, null>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await new Promise<void>((resolve, reject) => {
    timer = setTimeout(() => reject(new Error("the product was not ready in time")), READY_WITHIN_MS);
    let text = "";
    product.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (/^ready console=/m.test(text)) resolve();
    });
    product.once("exit", (code) => reject(new Error(`the product ended with code ${code ?? "none"} before it was ready`)));
  }).finally(() => clearTimeout(timer));
}

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { keptSecret } from "../../platform/kept-secret.ts";

const BYTES = 9;

/**
 * The first administrator's password. One that is made here stays in a file until a start has come far enough to print it:
 * a first start that is killed before that would otherwise leave an account that nobody can enter.
 */
export class FirstPassword {
  readonly #file: string;
  readonly #given: string | null;
  #isChosenNow = false;

  constructor(dataDir: string, given: string | null) {
    this.#file = join(dataDir, "first-password");
    this.#given = given;
  }

  choose(): string {
    this.#isChosenNow = true;
    return this.#given ?? keptSecret(this.#file, BYTES);
  }

  /** What has to be printed, or null where it was before. */
  untold(): string | null {
    if (existsSync(this.#file)) return readFileSync(this.#file, "utf8");
    return this.#isChosenNow ? this.#given : null;
  }

  told(): void {
    rmSync(this.#file, { force: true });
  }
}

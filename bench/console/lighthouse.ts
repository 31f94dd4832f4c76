import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Browser } from "@playwright/test";
import { LAUNCH, PERSON } from "../../e2e/fixtures/browser.ts";
import { startProduct } from "../../server/testing/product.ts";
import type { Figure } from "./figure.ts";
import { signedInPage } from "./page.ts";

const run = promisify(execFile);
/** Fetched from the registry when this part runs: nothing else here needs its two hundred packages. */
const LIGHTHOUSE = "lighthouse@12.8.2";
const PAGES = [
  "/",
  "/components",
  "/components/boutique/cart",
  "/components/boutique/cart?tab=why",
  "/data-centers?place=aws-us-east-1",
  "/users",
  "/plans",
  "/migrations",
  "/routing?component=boutique%2Ffrontend",
  "/alerts",
  "/policy",
  "/connectivity",
  "/audit",
  "/settings",
  "/welcome",
];

interface Report {
  readonly categories: { readonly accessibility: { readonly score: number | null } };
  readonly audits: Readonly<Record<string, Audit>>;
}

interface Audit {
  readonly score: number | null;
  readonly title: string;
  readonly details?: { readonly items?: readonly { readonly node?: { readonly selector: string } }[] };
}

const wordsOf = ({ title, details }: Audit): string => {
  const where = (details?.items ?? []).flatMap(({ node }) => node?.selector ?? []).slice(0, 3);
  return `; ${[title, ...where].join(" at ")}`;
};

async function reportOf(url: string, cookie: string): Promise<Report> {
  const flags = ["--headless=new", ...LAUNCH.args].join(" ");
  const { stdout } = await run(
    "npm",
    [
      ...["exec", "--yes", `--package=${LIGHTHOUSE}`, "--", "lighthouse", url],
      ...["--only-categories=accessibility", "--output=json", "--quiet", "--preset=desktop"],
      ...[`--extra-headers=${JSON.stringify({ Cookie: cookie })}`, `--chrome-flags=${flags}`],
    ],
    { maxBuffer: 64 * 2 ** 20, timeout: 120_000, env: { ...process.env, CHROME_PATH: LAUNCH.executablePath } },
  );
  return JSON.parse(stdout) as Report;
}

/** Accessibility as Lighthouse scores it, every screen of the running lab. */
export async function lighthouseFigures(browser: Browser): Promise<readonly Figure[]> {
  const product = await startProduct({ GEOSTITCH_ADMIN_PASSWORD: PERSON.password });
  try {
    const page = await signedInPage(browser, product.consoleUrl);
    await page.goto(product.consoleUrl);
    await page.waitForSelector('[data-map-ready="true"]', { timeout: 120_000 });
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
    await page.context().close();
    const missing: number[] = [];
    for (const path of PAGES) {
      const { categories, audits } = await reportOf(`${product.consoleUrl}${path}`, cookie);
      const points = Math.round(100 * (categories.accessibility.score ?? 0));
      const failed = Object.values(audits).filter(({ score }) => score === 0);
      console.log(`  Lighthouse: ${path} ${points}${failed.map(wordsOf).join("")}`);
      missing.push(100 - points);
    }
    const what = `Lighthouse accessibility, points missing on the worst of ${PAGES.length} screens`;
    return [{ what, value: Math.max(...missing), unit: "", limit: 0 }];
  } finally {
    await product.stop();
  }
}

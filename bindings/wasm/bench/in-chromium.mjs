// The race in Chromium, on a page of the verifier's own origin and under its policy.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Browser, Site } from "../web/test/setting.js";

/** @param {{text: string, der: Uint8Array, publicKey: Uint8Array, now: string}} vector */
export async function raceInChromium(vector) {
  const site = await Site.open();
  site.addModules();
  const race = fileURLToPath(new URL("race.mjs", import.meta.url));
  execFileSync("esbuild", [race, "--bundle", "--format=esm", "--log-level=warning", `--outfile=${join(site.folder, "race.js")}`]);
  const browser = await Browser.open(site);
  try {
    const page = await browser.page();
    return await page.evaluate(async (vector) => {
      const here = (name) => new URL(name, location.href).href;
      const [module, { contendersOf, race }] = await Promise.all([import(here("package/web.js")), import(here("race.js"))]);
      await module.init();
      const bytes = (list) => Uint8Array.from(list);
      return race(contendersOf(module, { ...vector, der: bytes(vector.der), publicKey: bytes(vector.publicKey) }));
    }, { ...vector, der: [...vector.der], publicKey: [...vector.publicKey] });
  } finally {
    await browser.close();
    await site.close();
  }
}

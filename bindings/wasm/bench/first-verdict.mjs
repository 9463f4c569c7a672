// The page's first verdict: from the start of a load with a warm cache, the page in its service worker's care and the
// text there at once, until the verdict stands in the document. Milliseconds; the first load is that of a new process.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Browser, inCare, Site } from "../web/test/setting.js";

/** What the page does after a verdict shall not fall into the next round. */
const PAUSE = 1_000;

export async function firstVerdicts(rounds) {
  const site = await Site.open();
  const browser = await Browser.open(site);
  try {
    await inCare(await browser.page());
    const page = await browser.context.newPage();
    await page.addInitScript((text) => {
      document.addEventListener("DOMContentLoaded", () => {
        new MutationObserver((_, observer) => {
          if (!document.querySelector(".verdict.accepted")) return;
          observer.disconnect();
          window.verdictAfter = performance.now();
        }).observe(document.getElementById("verdicts"), { childList: true });
        // As soon as the page listens.
        const data = new DataTransfer();
        data.setData("text/plain", text);
        document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
      });
    }, readFileSync(join(site.folder, "demo/accepted.txt"), "utf8").trim());
    const times = [];
    for (let round = 0; round <= rounds; round += 1) {
      await (round === 0 ? page.goto(site.address) : page.reload());
      await page.waitForFunction(() => "verdictAfter" in window);
      times.push(await page.evaluate(() => window.verdictAfter));
      await page.waitForTimeout(PAUSE);
    }
    const [first, ...later] = times;
    return { first, later, browser: browser.context.browser()?.version() ?? "" };
  } finally {
    await browser.close();
    await site.close();
  }
}

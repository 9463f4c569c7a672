import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Browser, inCare, Site } from "./setting.js";
const site = await Site.open();
const browser = await Browser.open(site);
let page = await browser.page();
await inCare(page);
const text = readFileSync(join(site.folder, "demo/accepted.txt"), "utf8").trim();
for (let r = 0; r < 3; r++) {
  const other = await browser.context.newPage();
  await other.addInitScript((text) => {
    document.addEventListener("DOMContentLoaded", () => {
      window.dcl = performance.now();
      new MutationObserver((_, o) => { if (document.querySelector(".verdict")) { o.disconnect(); window.verdictAfter = performance.now(); } }).observe(document.getElementById("verdicts"), { childList: true });
      const data = new DataTransfer(); data.setData("text/plain", text);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    });
    new MutationObserver(() => { if (document.documentElement?.dataset.ready !== undefined && !window.readyAt) window.readyAt = performance.now(); }).observe(document, { subtree: true, attributes: true });
  }, text);
  await other.goto(site.address);
  await other.waitForFunction(() => "verdictAfter" in window);
  console.log(JSON.stringify(await other.evaluate(() => { const n = performance.getEntriesByType("navigation")[0]; return { workerStart: n.workerStart, fetchStart: n.fetchStart, responseStart: n.responseStart, responseEnd: n.responseEnd, dcl, readyAt: window.readyAt, verdictAfter,
    res: performance.getEntriesByType("resource").map((e) => `${e.name.split("/").pop()} ${e.startTime.toFixed(0)}-${e.responseEnd.toFixed(0)}`).join(", "), marks: performance.getEntriesByType("mark").map((m) => m.name + "=" + m.startTime.toFixed(0)).join() }; })));


  await other.close();
}
await browser.close(); await site.close();

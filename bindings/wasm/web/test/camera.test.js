// The camera, played by a film of a certificate, and the gate.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Browser, Site } from "./setting.js";

let site, browser, page;

before(async () => {
  site = await Site.open();
  browser = await Browser.open(site, { camera: process.env.TEGATA_FILM });
  page = await browser.page();
});
after(async () => {
  assert.deepEqual(browser.offences, []);
  await browser.close();
  await site.close();
});

test("the camera reads the certificate, and stops", async () => {
  await page.click("#scan");
  await page.waitForSelector(".verdict.accepted", { timeout: 20_000 });
  assert.match(await page.textContent(".verdict"), /手形 花子/u);
  assert.equal(await page.isVisible("#view"), false);
  assert.equal(await page.evaluate(() => document.getElementById("video").srcObject), null);
});

test("the gate: a verdict, the next one only for a code shown anew, and out by Escape", async () => {
  await page.click("#gate");
  await page.waitForSelector("body.showing .verdict.accepted", { timeout: 20_000 });
  assert.equal(await page.evaluate(() => document.activeElement.id), "next");
  await page.keyboard.press("Space");
  await page.waitForFunction(() => !document.querySelector(".verdict"));
  // The film shows the same code on and on: it is looked at and not judged again.
  const looked = () => page.evaluate(() => Number(document.getElementById("video").dataset.looked));
  const before = await looked();
  await page.waitForFunction((before) => Number(document.getElementById("video").dataset.looked) > before + 10, before);
  assert.equal(await page.$(".verdict"), null);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.body.className), "");
  assert.equal(await page.evaluate(() => document.getElementById("video").srcObject), null);
});

test("frames are looked at without blocking the page (measured, not judged)", async (t) => {
  await page.click("#gate");
  await page.waitForSelector("body.showing .verdict");
  await page.keyboard.press("Space");
  const { frames, longest, size } = await page.evaluate(async () => {
    const video = document.getElementById("video");
    let longest = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) longest = Math.max(longest, entry.duration);
    });
    observer.observe({ type: "longtask" });
    const from = Number(video.dataset.looked);
    const started = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 4000));
    const frames = (Number(video.dataset.looked) - from) / (performance.now() - started) * 1000;
    observer.disconnect();
    return { frames, longest, size: `${video.videoWidth}×${video.videoHeight}` };
  });
  await page.keyboard.press("Escape");
  t.diagnostic(`${frames.toFixed(1)} frames a second at ${size}; longest task of the page ${longest.toFixed(0)} ms (tasks below 50 ms are not told)`);
  assert.equal(size, "1280×720");
  assert.ok(frames > 0);
});

test("a camera that may not be used is said to be so", async () => {
  await browser.context.clearPermissions();
  await page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = async () => {
      throw new DOMException("", "NotAllowedError");
    };
  });
  await page.click("#gate");
  await page.waitForFunction(() => document.getElementById("working").textContent.includes("Allow it"));
  assert.equal(await page.isVisible("#choose"), true);
  assert.equal(await page.evaluate(() => document.body.className), "");
});

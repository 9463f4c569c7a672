// The camera, played by a film of a certificate, and the gate.

import assert from "node:assert/strict";
import { renameSync } from "node:fs";
import { join } from "node:path";
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
  // The verdict is what a screen reader says first, not the name of a button; the keys go on all the same.
  assert.equal(await page.evaluate(() => document.activeElement.id), "verdict-1");
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

/** Waits until so many more frames were looked at. */
async function looksOn(count = 5) {
  const before = await page.evaluate(() => Number(document.getElementById("video").dataset.looked));
  // A camera that starts anew counts anew.
  await page.waitForFunction(([before, count]) => {
    const looked = Number(document.getElementById("video").dataset.looked);
    return looked > before + count || (looked > count && looked < before);
  }, [before, count], { timeout: 20_000 });
}

/** The camera is unplugged, as the browser tells of it. */
const unplug = () => page.evaluate(() => {
  const [track] = document.getElementById("video").srcObject.getVideoTracks();
  track.stop();
  track.dispatchEvent(new Event("ended"));
});

test("the gate goes on when its camera is lost, and when something is pasted", async () => {
  await page.click("#gate");
  await page.waitForSelector("body.showing .verdict.accepted", { timeout: 20_000 });
  assert.equal(await page.isVisible("#leave-gate"), true);
  // Lost under the verdict.
  await unplug();
  assert.equal(await page.evaluate(() => document.getElementById("video").srcObject), null);
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.getElementById("video").srcObject !== null);
  await looksOn();
  assert.equal(await page.isVisible("#leave-gate"), true);
  assert.equal(await page.isVisible("#next"), false);
  // Lost between two people, after it was on for a while.
  await page.waitForTimeout(3_200);
  await unplug();
  await page.waitForFunction(() => document.getElementById("video").srcObject !== null);
  await looksOn();
  // Pasted: text that is judged, and then nothing that could be.
  await page.evaluate(() => {
    const paste = (text) => {
      const data = new DataTransfer();
      if (text) data.setData("text/plain", text);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    };
    globalThis.paste = paste;
    document.getElementById("next").click();
    paste("HC1:NOTHING");
  });
  await page.waitForSelector("body.showing .verdict.rejected");
  await page.keyboard.press("Space");
  await page.waitForFunction(() => !document.body.classList.contains("showing") || document.querySelector(".verdict.accepted"));
  if (await page.$("body.showing")) await page.keyboard.press("Space");
  await looksOn();
  // Frames that cannot be had are passed over.
  await page.evaluate(() => {
    const { VideoFrame } = globalThis;
    let count = 0;
    globalThis.VideoFrame = function (...given) {
      if ((count += 1) < 10) throw new DOMException("", "InvalidStateError");
      globalThis.VideoFrame = VideoFrame;
      return new VideoFrame(...given);
    };
  });
  await looksOn();
  // A camera that is lost as soon as it is there is not started for ever: the gate ends and says why.
  if (await page.$("body.showing")) await page.keyboard.press("Space");
  await page.waitForTimeout(3_200);
  await unplug();
  await page.waitForFunction(() => document.getElementById("video").srcObject !== null);
  await page.waitForFunction(() => document.getElementById("working").textContent.includes("Hold the QR code"));
  await unplug();
  await page.waitForFunction(() => document.getElementById("working").textContent.includes("was disconnected"));
  assert.equal(await page.evaluate(() => document.body.className), "");
  assert.equal(await page.isVisible("#scan"), true);
});

test("the gate goes on by itself past a name, and not past none", async () => {
  const partial = await Site.open();
  const [there, gone] = ["more.wasm", "gone.wasm"].map((name) => join(partial.folder, "package", name));
  renameSync(there, gone);
  const other = await Browser.open(partial, { camera: process.env.TEGATA_FILM, isPrivate: true });
  try {
    const page = await other.page();
    await page.click("#gate");
    await page.check("#automatic");
    await page.waitForSelector("body.showing .verdict.accepted .retry", { timeout: 20_000 });
    await page.waitForTimeout(4_000);
    assert.equal(await page.$eval("body", (body) => body.classList.contains("showing")), true);
    renameSync(gone, there);
    await page.click(".retry");
    await page.waitForFunction(() => document.querySelector(".verdict")?.textContent.includes("手形 花子"));
    await page.waitForFunction(() => !document.querySelector(".verdict"));
  } finally {
    await other.close();
    await partial.close();
  }
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

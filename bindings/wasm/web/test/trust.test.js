// Trust data grows old, is renewed by what is newer and proven, and by nothing else.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, afterEach, test } from "node:test";

import { Browser, ready, Site } from "./setting.js";

const DAY = 86_400_000;
let site, browser, page, work;

before(() => (work = mkdtempSync(join(tmpdir(), "tegata-trust-"))));
after(() => rmSync(work, { recursive: true }));
beforeEach(async () => {
  site = await Site.open();
});
afterEach(async () => {
  assert.deepEqual(browser.offences, []);
  await browser.close();
  await site.close();
});

/** The demonstration's bundle as it would be some days from now. */
function bundle(days) {
  const folder = join(work, String(days));
  execFileSync(process.env.TEGATA_DEMO, [folder, new Date(Date.now() + days * DAY).toISOString()]);
  return readFileSync(join(folder, "trust/bundle.cbor"));
}

const serve = (bytes) => writeFileSync(join(site.folder, "trust/bundle.cbor"), bytes);
const age = () => page.textContent("#trust-age");
const news = (part) => page.waitForFunction((part) => document.getElementById("trust-news").textContent.includes(part), part);

/**
 * Opens the page, and waits until it has looked for newer trust data by itself: what a test offers later is then taken
 * when the test asks for it, not before.
 */
async function open(options) {
  browser = await Browser.open(site, options);
  page = await browser.page();
  await looked();
}

const looked = () => page.waitForFunction(() => document.getElementById("trust-details").textContent.includes("Last looked for newer"));

test("its age is told, and what is newer replaces it", async () => {
  await open();
  assert.match(await age(), /^The trust data is 2 days old\.$/u);
  assert.match(await page.textContent("#trust-details"), /Signature of the publisher\s*verified/u);
  await page.click("#refresh");
  await news("nothing newer");
  serve(bundle(1));
  await page.click("#refresh");
  await news("was renewed");
  assert.match(await age(), /24 hours old/u);
  // It is kept: no older one comes back with the next visit, from the server or from a file.
  serve(bundle(0));
  await page.reload();
  await ready(page);
  assert.match(await age(), /24 hours old/u);
  await page.click("#refresh");
  await news("older");
  assert.match(await age(), /24 hours old/u);
});

test("a bundle that was changed is refused, and the one in use stays", async () => {
  await open();
  const forged = Buffer.from(bundle(1));
  forged[forged.length - 1] ^= 1;
  serve(forged);
  await page.click("#refresh");
  await page.waitForFunction(() => !document.getElementById("trouble").hidden);
  assert.match(await page.textContent("#trouble"), /no trust anchor signed the trust bundle/u);
  assert.match(await age(), /2 days old/u);
});

test("a device without a network takes its bundle from a file", async () => {
  await open();
  await page.setInputFiles("#trust-file", { name: "bundle.cbor", mimeType: "application/octet-stream", buffer: bundle(1) });
  await news("was renewed");
  assert.match(await age(), /24 hours old/u);
  await page.setInputFiles("#trust-file", { name: "bundle.cbor", mimeType: "application/octet-stream", buffer: bundle(-3) });
  await news("older");
  // A certificate would be trusted as it is; a file somebody hands over must be proven.
  await page.setInputFiles("#trust-file", join(site.folder, "anchor.pem"));
  await news("Only a trust bundle signed by the publisher");
  assert.match(await age(), /24 hours old/u);
});

test("trust data too old accepts nothing, and says so", async () => {
  serve(bundle(-60));
  await open();
  assert.match(await age(), /62 days old\. It is too old: nothing can be accepted/u);
  await page.click("#sample-list li:first-child button");
  await page.waitForSelector(".verdict.undetermined");
  assert.match(await page.textContent(".verdict .banner"), /Fetch the current trust data/u);
});

test("a clock before the trust data accepts nothing, and is said to be wrong", async () => {
  serve(bundle(5));
  await open();
  assert.match(await age(), /issued after the time of this device's clock/u);
  await page.click("#sample-list li:first-child button");
  await page.waitForSelector(".verdict.undetermined");
  assert.match(await page.textContent(".verdict .banner"), /Check the date and time of this device/u);
});

test("a page that cannot load its trust data verifies nothing until it has some", async () => {
  serve(Buffer.from("no bundle"));
  await open();
  const trouble = (part) => page.waitForFunction((part) => document.getElementById("trouble").textContent.includes(part), part);
  await trouble("The trust data on this device cannot be used");
  assert.match(await age(), /There is no trust data/u);
  await page.click("#sample-list li:first-child button");
  await trouble("Nothing can be verified without trust data");
  assert.equal(await page.$(".verdict"), null);
  await page.click("#gate");
  await trouble("Nothing can be verified without trust data");
  assert.equal(await page.evaluate(() => document.body.className), "");
  await page.setInputFiles("#trust-file", { name: "bundle.cbor", mimeType: "application/octet-stream", buffer: bundle(1) });
  await news("was renewed");
  assert.equal(await page.isVisible("#trouble"), false);
  await page.click("#sample-list li:first-child button");
  await page.waitForSelector(".verdict.accepted");
});

test("a page without its anchors does not start: anything would be taken", async () => {
  rmSync(join(site.folder, "anchor.pem"));
  browser = await Browser.open(site);
  page = browser.context.pages()[0];
  await page.goto(site.address);
  await page.waitForFunction(() => document.getElementById("trouble").textContent.includes("does not start"));
  assert.equal(await page.$("html[data-ready]"), null);
});

test("a page that was installed outlives a change of its publisher's key", async () => {
  // As a newer version of the page would bring another anchor: here it comes from the server at once.
  await open({ isPrivate: true });
  const other = JSON.parse(readFileSync(new URL("../../../../test-vectors/bundle/accepted.json", import.meta.url), "utf8")).input;
  writeFileSync(join(site.folder, "anchor.pem"), Buffer.from(other.anchor, "base64"));
  serve(Buffer.from(other.bundle, "base64"));
  await page.reload();
  await ready(page);
  assert.match(await page.textContent("#trust-details"), /Signature of the publisher\s*verified/u);
  assert.equal(await page.isVisible("#trouble"), false);
  // It is kept: without the origin's bundle it is there again.
  rmSync(join(site.folder, "trust/bundle.cbor"));
  await page.reload();
  await ready(page);
  assert.match(await page.textContent("#trust-details"), /Signature of the publisher\s*verified/u);
});

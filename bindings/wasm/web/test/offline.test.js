// Without a network: the page opens and verifies. With one: it takes a newer version only when asked.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Browser, inCare, ready, Site } from "./setting.js";

let site, browser, page;

before(async () => {
  site = await Site.open();
  browser = await Browser.open(site);
  page = await browser.page();
  await inCare(page);
});
after(async () => {
  assert.deepEqual(browser.offences, []);
  await browser.close();
  await site.close();
});

const textOf = (name) => readFileSync(join(site.folder, "demo", `${name}.txt`), "utf8").trim();

async function verdictOn(page, text) {
  if (await page.isHidden("#text")) await page.click("#paste");
  await page.fill("#text", text);
  await page.click("#text-form button[type=submit]");
  await page.waitForSelector(".verdict");
  return page.getAttribute(".verdict", "class");
}

test("an icon, a name and an address make the page installable", async () => {
  const client = await browser.context.newCDPSession(page);
  const { installabilityErrors } = await client.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
});

test("with the network cut the page opens, verifies and reads pictures", async () => {
  const accepted = textOf("accepted");
  const picture = join(site.folder, "demo/revoked.png");
  await site.cut();
  await page.reload();
  await ready(page);
  assert.equal(await verdictOn(page, accepted), "verdict accepted");
  await page.evaluate(() => document.getElementById("verdicts").replaceChildren());
  await page.setInputFiles("#file", picture);
  await page.waitForSelector(".verdict.rejected");
  await page.click("#refresh");
  await page.waitForFunction(() => document.getElementById("trust-news").textContent.includes("cannot be reached"));
  await site.start();
});

test("what is kept comes with the policy that the server did not send, also to workers", async () => {
  const bare = await Site.open();
  writeFileSync(join(bare.folder, "_headers"), "/*\n");
  await bare.cut();
  await bare.start();
  /** Whether a worker of the page may make code out of text. */
  const mayEvaluate = async (page) => {
    await page.setInputFiles("#file", join(bare.folder, "demo/accepted.png"));
    await page.waitForSelector(".verdict.accepted");
    const worker = page.workers().find((worker) => worker.url().endsWith("reader-worker.js"));
    // Later, since the tool itself may do what a policy forbids.
    return worker.evaluate(() => new Promise((resolve) => setTimeout(() => {
      try {
        resolve(new Function("return true")());
      } catch {
        resolve(false);
      }
    }, 50)));
  };
  const [without, other] = [await Browser.open(bare, { isPrivate: true }), await Browser.open(bare)];
  try {
    assert.equal(await mayEvaluate(await without.page()), true, "the server sends nothing");
    const strict = await other.page();
    await inCare(strict);
    const response = await strict.reload();
    assert.match(response.headers()["content-security-policy"] ?? "", /frame-ancestors 'none'/u);
    await ready(strict);
    assert.equal(await mayEvaluate(strict), false);
    other.offences = other.offences.filter((offence) => !/unsafe-eval|policy: script-src/u.test(offence));
    assert.deepEqual(other.offences, []);
  } finally {
    await Promise.all([without.close(), other.close()]);
    await bare.close();
  }
});

test("a page of a first visit takes the next version, and not under a verdict", async () => {
  const first = await Site.open();
  const other = await Browser.open(first);
  try {
    // Neither window was ever loaded by a service worker.
    const window = await other.page();
    const second = await other.context.newPage();
    await second.goto(first.address);
    await ready(second);
    await inCare(window);
    // A window that opened while the worker began may have been passed over; it is taken up when it is loaded again.
    await inCare(second, 5_000).catch(async () => {
      await second.reload();
      await ready(second);
      await inCare(second);
    });
    assert.equal(await verdictOn(window, textOf("accepted")), "verdict accepted");
    const path = join(first.folder, "precache.js");
    const precache = JSON.parse(readFileSync(path, "utf8").replace(/^self\.precache = |;\s*$/gu, ""));
    writeFileSync(path, `self.precache = ${JSON.stringify({ ...precache, version: "next" })};\n`);
    await Promise.all([window, second].map((page) => page.evaluate(() => (globalThis.isOld = true))));
    await second.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await second.waitForSelector("#news", { state: "visible" });
    await second.click("#use-new");
    await second.waitForFunction(() => !globalThis.isOld);
    // Here somebody reads a name.
    await window.waitForTimeout(2_500);
    assert.equal(await window.evaluate(() => globalThis.isOld), true);
    assert.match(await window.textContent(".verdict"), /手形 花子/u);
    await window.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide")));
    await window.waitForFunction(() => !globalThis.isOld);
    assert.deepEqual(other.offences, []);
  } finally {
    await other.close();
    await first.close();
  }
});

test("a newer version of the page waits until it is asked for; a half-deployed one is refused", async () => {
  const path = join(site.folder, "precache.js");
  const precache = JSON.parse(readFileSync(path, "utf8").replace(/^self\.precache = |;\s*$/gu, ""));
  const words = join(site.folder, "package/main.js");
  writeFileSync(words, readFileSync(words, "utf8").replace("Certificate verifier", "Verifier, second version"));
  const update = () => page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration.update().catch(() => {});
    const worker = registration.installing ?? registration.waiting;
    if (!worker) return "none";
    while (worker.state === "installing") await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
    return worker.state;
  });
  // The list is new, the digest still that of the old file.
  writeFileSync(path, `self.precache = ${JSON.stringify({ ...precache, version: "half" })};\n`);
  assert.equal(await update(), "redundant");
  assert.equal(await page.isVisible("#news"), false);

  const digest = createHash("sha256").update(readFileSync(words)).digest("base64");
  const files = { ...precache.files, "package/main.js": `sha256-${digest}` };
  writeFileSync(path, `self.precache = ${JSON.stringify({ version: "second", files })};\n`);
  assert.equal(await update(), "installed");
  await page.waitForSelector("#news", { state: "visible" });
  assert.equal(await page.title(), "Certificate verifier");
  await page.click("#use-new");
  await page.waitForFunction(() => document.title === "Verifier, second version");
  const caches_ = await page.evaluate(() => caches.keys());
  assert.equal(caches_.filter((name) => name.startsWith("page ")).length, 1);
  // What the browser says of the digest that did not match.
  browser.offences = browser.offences.filter((offence) => !offence.includes("integrity"));
});

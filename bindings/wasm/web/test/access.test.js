// Keyboard, screen reader and narrow screens; and the pictures of the documentation.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { Browser, Site } from "./setting.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Where to keep pictures; none are made without. */
const PICTURES = process.env.TEGATA_PICTURES;
/** Those of the documentation. */
const KEPT = [
  "desktop-accepted-en", "desktop-gate", "desktop-start-ja", "desktop-undetermined-ja", "phone-accepted-ja", "phone-expired-en",
  "desktop-seven-doses-ja", "phone-forged-ja", "phone-gate", "phone-gate-camera", "phone-seven-doses-ja", "phone-start-ja", "phone-undetermined-en",
];
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };

let site, browser, page;

before(async () => {
  site = await Site.open();
  // For a verdict that no sample gives.
  site.addModules();
  browser = await Browser.open(site, { camera: process.env.TEGATA_FILM });
  page = await browser.page();
});
after(async () => {
  assert.deepEqual(browser.offences, []);
  await browser.close();
  await site.close();
});

const textOf = (name) => readFileSync(join(site.folder, "demo", `${name}.txt`), "utf8").trim();

/** No finding that keeps people out, and nothing beyond the edge of the screen. */
async function isFit(what) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  const told = serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
  assert.deepEqual(told, [], what);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(beyond <= 0, `${what}: ${beyond} pixels too wide`);
}

async function picture(name) {
  if (!PICTURES || !KEPT.includes(name)) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`), scale: "css" });
}

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const language of ["en", "ja"]) {
    test(`the page and each kind of verdict are fit for everyone (${size}, ${language})`, async () => {
      await page.setViewportSize(viewport);
      await page.click(`[data-language=${language}]`);
      await isFit("start");
      await picture(`${size}-start-${language}`);
      for (const name of ["accepted", "forged", "expired", "undetermined"]) {
        await page.evaluate(() => document.getElementById("verdicts").replaceChildren());
        if (await page.isHidden("#text")) await page.click("#paste");
        await page.fill("#text", textOf(name));
        await page.keyboard.press("Tab");
        await page.keyboard.press("Enter");
        await page.waitForSelector(".verdict");
        await page.click("#text-close");
        await isFit(`${name} ${size} ${language}`);
        await page.evaluate(() => document.querySelector(".verdict").scrollIntoView());
        await picture(`${size}-${name}-${language}`);
      }
      await page.reload();
      await page.waitForSelector("html[data-ready]");
    });
  }
  test(`seven doses are fit for everyone (${size})`, async () => {
    await page.setViewportSize(viewport);
    await page.click("[data-language=ja]");
    await page.evaluate(async () => {
      const { verdictArticle } = await import(new URL("js/verdict.js", location.href).href);
      const checks = Object.fromEntries(["prefix", "base45", "compression", "cose", "claims", "signer", "signature", "schema", "validity", "key_usage", "revocation"].map((check) => [check, "pass"]));
      const products = ["コミナティ（ファイザー）", "スパイクバックス（武田／モデルナ）", "コミナティRTU筋注（ファイザー）"];
      const dose = (_, index) => ({
        label: "予防接種",
        value: [`202${1 + Math.floor(index / 2)}-0${index + 1}-1${index}`, `${index + 1}/7`, products[index % 3], "メッセンジャーRNA（mRNA）ワクチン", "新型コロナウイルス感染症", `製造番号 EX361${index}`, "JPN"].join("  "),
      });
      const ja = [{ label: "氏名", value: "手形 花子" }, { label: "ローマ字氏名", value: "TEGATA HANAKO" }, { label: "生年月日", value: "1980-02-17" }, ...Array.from({ length: 7 }, dose), { label: "発行者", value: "関所市" }];
      const claims = { issuer: "JP", issued_at: "2026-11-01T00:00:00Z", not_before: null, expires_at: "2027-11-01T00:00:00Z" };
      const signer = { key_id: "0123456789abcdef", algorithm: "ES256", subject: "CN=Sekisho City", country: "JP", trusted_by: "direct" };
      const verdict = { result: { status: "accepted", checks, claims, signer, payload: {} }, at: new Date(), summary: { ja, en: ja } };
      document.getElementById("verdicts").replaceChildren(verdictArticle(verdict, "ja", "verdict-1", () => {}));
      document.querySelector(".verdict").scrollIntoView();
    });
    assert.equal(await page.evaluate(() => document.querySelectorAll("dd.event").length), 7);
    await isFit(`seven doses ${size}`);
    await picture(`${size}-seven-doses-ja`);
    await page.reload();
    await page.waitForSelector("html[data-ready]");
  });
  test(`the gate is fit for everyone (${size})`, async () => {
    await page.setViewportSize(viewport);
    await page.click("#gate");
    await page.waitForSelector("body.showing .verdict.accepted");
    await isFit(`gate ${size}`);
    await picture(`${size}-gate`);
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => !document.querySelector(".verdict"));
    await isFit(`gate camera ${size}`);
    await page.waitForTimeout(300);
    await picture(`${size}-gate-camera`);
    await page.keyboard.press("Escape");
  });
}

test("everything is reached and done by keys", async () => {
  await page.reload();
  await page.waitForSelector("html[data-ready]");
  const reached = [];
  for (let count = 0; count < 40; count += 1) {
    await page.keyboard.press("Tab");
    const id = await page.evaluate(() => document.activeElement.id || document.activeElement.dataset.language || document.activeElement.tagName);
    if (id === "BODY") break;
    reached.push(id);
  }
  for (const id of ["en", "ja", "scan", "gate", "choose", "paste", "refresh", "import"]) assert.ok(reached.includes(id), id);
  await page.focus("#paste");
  await page.keyboard.press("Enter");
  await page.keyboard.insertText(textOf("accepted"));
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.waitForSelector(".verdict.accepted");
});

test("without colours the verdicts still differ by outline, sign and words", async () => {
  const looks = [];
  for (const name of ["accepted", "forged", "undetermined"]) {
    await page.evaluate(() => document.getElementById("verdicts").replaceChildren());
    if (await page.isHidden("#text")) await page.click("#paste");
    await page.fill("#text", textOf(name));
    await page.click("#text-form button[type=submit]");
    await page.waitForSelector(".verdict");
    looks.push(await page.evaluate(() => [
      document.querySelector(".verdict .outline").getAttribute("d"), document.querySelector(".verdict .stroke").getAttribute("d"),
      document.querySelector(".verdict h2").textContent, getComputedStyle(document.querySelector(".verdict")).borderTopStyle,
    ]));
  }
  for (const index of looks[0].keys()) assert.equal(new Set(looks.map((look) => look[index])).size, 3);
});

test("at 320 pixels, with letters twice as large, and in the dark the page still fits", async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await isFit("320 pixels");
  await page.emulateMedia({ colorScheme: "dark" });
  await isFit("dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 640, height: 640 });
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  await isFit("large letters");
});

// Draws the icons as PNG, for those who take no SVG: node icons.js

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

const folder = fileURLToPath(new URL("../icons/", import.meta.url));
const browser = await chromium.launch({ executablePath: process.env.TEGATA_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const [name, source, side] of [["icon-192", "icon", 192], ["icon-512", "icon", 512], ["icon-maskable-512", "icon-maskable", 512]]) {
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  const svg = readFileSync(`${folder}${source}.svg`, "utf8").replace("<svg ", `<svg width="${side}" height="${side}" `);
  await page.setContent(`<style>body { margin: 0; background: transparent } svg { display: block }</style>${svg}`);
  await page.screenshot({ path: `${folder}${name}.png`, omitBackground: true });
}
await browser.close();

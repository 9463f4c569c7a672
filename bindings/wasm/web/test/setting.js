// What the tests stand on: a copy of the finished page on a server of its own, and a browser that looks at it.

import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

/** The finished page. */
const PAGE = needed("TEGATA_WEB");
/** The task runner, which serves it. */
const XTASK = needed("TEGATA_XTASK");
const CHROMIUM = process.env.TEGATA_CHROMIUM ?? "/usr/bin/chromium";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--use-fake-ui-for-media-stream",
];

/** A copy of the page that a test may change, and a server for it. */
export class Site {
  constructor(folder) {
    this.folder = folder;
  }

  static async open() {
    const folder = mkdtempSync(join(tmpdir(), "tegata-site-"));
    cpSync(PAGE, folder, { recursive: true });
    const site = new Site(folder);
    await site.start(0);
    return site;
  }

  /** Adds the modules that the bundles were made of, for a test to load or to change. */
  addModules() {
    for (const [from, to] of [["../js", "js"], ["../../package", "package"]]) {
      const source = fileURLToPath(new URL(from, import.meta.url));
      cpSync(source, join(this.folder, to), { recursive: true, filter: (name) => name === source || name.endsWith(".js") });
    }
  }

  async start(port = Number(new URL(this.address).port)) {
    this.server = spawn(XTASK, ["web", "--serve-only", "--folder", this.folder, "--port", String(port)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface(this.server.stdout)) {
      this.address = line;
      return;
    }
    throw new Error("the server does not start");
  }

  /** Cuts the network: nobody answers any more. */
  async cut() {
    const ended = new Promise((resolve) => this.server.once("exit", resolve));
    this.server.kill();
    await ended;
  }

  async close() {
    await this.cut();
    rmSync(this.folder, { recursive: true });
  }
}

/** A browser with an empty profile, which notes whatever it should not do. */
export class Browser {
  /** Violations of the content security policy, errors of scripts, and requests to anywhere else. */
  offences = [];
  /** Every address that was asked for. */
  requests = [];

  /**
   * @param {Site} site
   * @param {{camera?: string, viewport?: {width: number, height: number}, locale?: string, isPrivate?: boolean}} [options]
   */
  static async open(site, { camera, viewport = { width: 390, height: 844 }, locale = "en-GB", isPrivate = false } = {}) {
    const browser = new Browser();
    browser.site = site;
    browser.profile = mkdtempSync(join(tmpdir(), "tegata-profile-"));
    const film = camera ? ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${camera}`] : [];
    browser.context = await chromium.launchPersistentContext(browser.profile, {
      executablePath: CHROMIUM, headless: true, args: [...FLAGS, ...film], viewport, locale, deviceScaleFactor: 2,
      timezoneId: "Asia/Tokyo", permissions: camera ? ["camera"] : [],
    });
    await browser.context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    // As browsers have it where nothing is to stay behind.
    if (isPrivate) {
      await browser.context.addInitScript(() => {
        navigator.serviceWorker.register = async () => {
          throw new DOMException("", "SecurityError");
        };
      });
    }
    browser.context.on("request", (request) => browser.#note(request.url()));
    browser.context.on("page", (page) => browser.#watch(page));
    browser.context.pages().forEach((page) => browser.#watch(page));
    return browser;
  }

  /** The page, once it can verify. */
  async page() {
    const page = this.context.pages()[0] ?? (await this.context.newPage());
    await page.goto(this.site.address);
    await ready(page);
    return page;
  }

  async close() {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }

  #note(address) {
    this.requests.push(address);
    const { origin, protocol } = new URL(address);
    if (protocol.startsWith("http") && origin !== new URL(this.site.address).origin) this.offences.push(`request: ${address}`);
  }

  #watch(page) {
    page.on("pageerror", (error) => this.offences.push(`error: ${error.message}`));
    page.on("console", (message) => {
      const text = message.text();
      // What a browser itself says about a network that the test has cut.
      if (message.type() === "error" && !text.startsWith("Failed to load resource")) this.offences.push(text);
    });
  }
}

/** Waits until a page can verify. */
export async function ready(page) {
  await page.waitForSelector("html[data-ready]", { timeout: 20_000 });
}

/** Waits until the service worker has a page in its care, and what it keeps is complete. */
export async function inCare(page, timeout = 20_000) {
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === "activated", undefined, { timeout });
}

function needed(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; run cargo xtask test --only browser`);
  return value;
}

// Verifies, away from the page: reading a picture takes longer than a frame of the screen.

import { init, readCodes, summarise, Verifier } from "../package/web.js";
import { areSame, isOlder, TrustStore } from "./trust.js";

const BASE = new URL("..", import.meta.url);

/** @typedef {import("../package/index.d.ts").Verification} Verification */

class Engine {
  /** @type {Verifier} */ #verifier;
  /** @type {import("./trust.js").Files} */ #files;
  /** @type {TrustStore} */ #store;

  /** Loads the package and what is trusted; a page without trust data still says so to every certificate. */
  static async start() {
    const engine = new Engine();
    const [config] = await Promise.all([json("config.json"), init()]);
    engine.#store = new TrustStore(config, BASE);
    engine.#files = await engine.#store.stored();
    engine.#verifier = await Verifier.create(engine.#files);
    return engine;
  }

  trust() {
    return this.#verifier.trust;
  }

  /** Verifies a text. */
  async text(/** @type {string} */ text) {
    const at = new Date();
    const result = this.#verifier.verify(text, { now: at });
    if (result.status === "error") await this.#renew();
    return { result, at, summary: await this.#summary(result, text) };
  }

  /** Verifies every certificate in a picture; a verdict at least, which says why where there is none. */
  async picture(/** @type {Blob} */ picture) {
    const texts = await readCodes(picture);
    if (texts.length > 0) {
      const verdicts = [];
      for (const text of texts) verdicts.push(await this.text(text));
      return verdicts;
    }
    const at = new Date();
    const results = await this.#verifier.verifyImage(picture, { now: at });
    if (results.some((result) => result.status === "error")) await this.#renew();
    return results.map((result) => ({ result, at, summary: { en: [], ja: [] } }));
  }

  /** The text of a code in a frame of the camera, or nothing. */
  async frame(/** @type {ImageBitmap | VideoFrame} */ frame) {
    try {
      const [text] = await readCodes(frame, { quick: true });
      return text ?? null;
    } finally {
      frame.close();
    }
  }

  /** Looks for newer trust data. */
  async refresh() {
    let offered;
    try {
      offered = await this.#store.offered();
    } catch {
      return { outcome: "offline" };
    }
    const taken = areSame(offered, this.#files) ? { outcome: "current" } : await this.#take(offered);
    if (taken.outcome === "current" || taken.outcome === "refreshed") await this.#store.keep(offered);
    return taken;
  }

  /** Takes a trust bundle from a file, in the place of the one in use. */
  async take(/** @type {Blob} */ file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const offered = { ...this.#files, trust: [bytes, ...this.#files.trust.slice(1)] };
    const taken = await this.#take(offered, (trust) => trust.bundles.some((bundle) => bundle.index === 0 && bundle.proven));
    if (taken.outcome === "refreshed") await this.#store.keep(offered);
    return taken;
  }

  /** Puts other files in use, unless they cannot be or are older. */
  async #take(files, isRight = (_) => true) {
    let verifier;
    try {
      verifier = await Verifier.create(files);
    } catch (error) {
      return { outcome: "refused", code: error.code, message: error.message };
    }
    const outcome = !isRight(verifier.trust) ? "notAProvenBundle"
      : isOlder(this.#verifier.trust, verifier.trust) ? "older"
      : "refreshed";
    if (outcome !== "refreshed") {
      verifier.free();
      return { outcome };
    }
    this.#verifier.free();
    this.#verifier = verifier;
    this.#files = files;
    return { outcome };
  }

  /** After a fault of the package every verifier is void. */
  async #renew() {
    this.#verifier = await Verifier.create(this.#files);
  }

  /** Who, what and when in both languages, where a trusted signature covers it. */
  async #summary(/** @type {Verification} */ result, /** @type {string} */ text) {
    if (!("payload" in result) && !("unaccepted_payload" in result)) return { en: [], ja: [] };
    return { en: summarise(text, "en"), ja: summarise(text, "ja") };
  }
}

/** @param {string} name */
async function json(name) {
  const response = await fetch(new URL(name, BASE));
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.json();
}

const started = Engine.start();
started.then((engine) => postMessage({ trust: engine.trust() }), (error) => postMessage({ broken: String(error.message) }));

self.addEventListener("message", async ({ data: { id, ask, input } }) => {
  try {
    const engine = await started;
    const answer = await engine[ask](input);
    postMessage({ id, answer });
    if (ask === "refresh" || ask === "take") postMessage({ trust: engine.trust() });
  } catch (error) {
    // Never a value from the input: the package's messages hold none.
    postMessage({ id, failure: String(error?.message ?? error) });
  }
});

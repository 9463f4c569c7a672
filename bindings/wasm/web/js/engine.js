// Verifies texts, and renews what is trusted. A verification takes less than a millisecond, so that it needs no worker.

import { init, loadMore, summarise, Verifier } from "../package/web.js";
import { areSame, isOlder } from "./trust.js";

/** @typedef {import("../package/web.js").Verification} Verification */
/** @typedef {import("./verdict.js").Verdict} Verdict */

export class Engine {
  /** @type {Verifier} */ #verifier;
  /** @type {import("./trust.js").Files} */ #files;
  /** @type {import("./trust.js").TrustStore} */ #store;

  /**
   * Loads the package's core and what is trusted.
   * @param {import("./trust.js").TrustStore} store
   * @param {Promise<Response>} core
   */
  static async start(store, core) {
    const engine = new Engine();
    engine.#store = store;
    [engine.#files] = await Promise.all([store.stored(), init(core)]);
    engine.#verifier = await Verifier.create(engine.#files);
    return engine;
  }

  /** What is trusted. */
  get trust() {
    return this.#verifier.trust;
  }

  /** Loads what summaries need, ahead of the first. */
  prepareSummaries() {
    return loadMore();
  }

  /**
   * Verifies a text, as of now.
   * @param {string} text
   * @returns {Promise<Verdict>}
   */
  async verify(text) {
    const at = new Date();
    const result = this.#verifier.verify(text, { now: at });
    // After a fault of the package its verifier is void.
    if (result.status === "error") this.#verifier = await Verifier.create(this.#files);
    return { result, at, summary: null };
  }

  /**
   * Fills in who, what and when in both languages, where a trusted signature covers it. It takes another module, for
   * which a verdict does not wait.
   * @param {Verdict[]} verdicts
   */
  async complete(verdicts) {
    await Promise.all(verdicts.map(async (verdict) => {
      const [en, ja] = await Promise.all([summarise(verdict.result, "en"), summarise(verdict.result, "ja")]);
      verdict.summary = { en, ja };
    }));
  }

  /** Looks for newer trust data, and says how it went: a name of words. */
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

  /**
   * Takes a trust bundle from a file, in the place of the one in use.
   * @param {Blob} file
   */
  async take(file) {
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
}

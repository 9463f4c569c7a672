// Verifies texts, and renews what is trusted. A verification takes less than a millisecond, so that it needs no worker.

import { init, loadMore, summarise, Verifier } from "../package/web.js";
import { areSame, isOlder } from "./trust.js";

/** @typedef {import("../package/web.js").Verification} Verification */
/** @typedef {import("./verdict.js").Verdict} Verdict */
/** @typedef {import("./trust.js").Files} Files */
/** @typedef {{outcome: string, error?: any}} Taken how it went, as a name of words, and why where that is a refusal */

export class Engine {
  /** @type {Verifier} */ #verifier;
  /** The files in use. @type {Files} */ #files;
  /** Those that a trust bundle from a file is put among; none where the others cannot be had. @type {Files | null} */ #others;
  /** @type {import("./trust.js").TrustStore} */ #store;
  /** What changes the verifier waits for what changed it before. @type {Promise<unknown>} */ #changes = Promise.resolve();
  /** Why what is on this device could not be used. @type {Error | null} */
  refusal = null;

  /**
   * Loads the package's core and what is trusted: what this device keeps or, where that cannot be used, what the origin
   * has; a page whose anchor has changed is such a case. With neither nothing is trusted, and trust data can be taken.
   * @param {import("./trust.js").TrustStore} store
   * @param {Promise<WebAssembly.Module | URL>} core
   * @param {Promise<Files>} stored what this device keeps, where it was asked for before
   */
  static async start(store, core, stored = store.stored()) {
    const engine = new Engine();
    engine.#store = store;
    const ready = init(core);
    // Its failure is heard of below, when the first files are there.
    ready.catch(() => {});
    let had = null;
    for (const get of [() => stored, () => store.offered()]) {
      const files = await get().catch(() => null);
      await ready;
      if (!files) continue;
      had ??= files;
      try {
        engine.#use(await Verifier.create(files), files);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        engine.refusal ??= error;
        continue;
      }
      // The network may be gone the next moment.
      if (engine.refusal || !store.isKept) await engine.#keep(files);
      engine.refusal = null;
      return engine;
    }
    // Without the anchors anything would be taken: where they cannot be had, the page does not start.
    const none = await store.withoutTrust();
    engine.#use(await Verifier.create(none), none);
    engine.#others = had ?? (store.isBundleAlone ? none : null);
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
    const verifier = this.#verifier;
    let result;
    try {
      result = await verifier.verifyAsync(text, { now: at });
    } catch (error) {
      // It was lost in a fault of the package, or other trust data took its place while a module was loaded.
      if (error?.code !== "freed") throw error;
      await this.#recover(verifier);
      result = await this.#verifier.verifyAsync(text, { now: at });
    }
    if (result.status === "error") await this.#recover(verifier);
    return { result, at, summary: null };
  }

  /**
   * Fills in who, what and when in both languages, where a trusted signature covers it. It takes another module, for
   * which a verdict does not wait, and which may be out of reach.
   * @param {Verdict[]} verdicts
   */
  async complete(verdicts) {
    await Promise.all(verdicts.map(async (verdict) => {
      try {
        const [en, ja] = await Promise.all([summarise(verdict.result, "en"), summarise(verdict.result, "ja")]);
        verdict.summary = { en, ja };
      } catch {
        verdict.summary = "failed";
      }
    }));
  }

  /**
   * Looks for newer trust data.
   * @returns {Promise<Taken>}
   */
  async refresh() {
    let offered;
    try {
      offered = await this.#store.offered();
    } catch {
      return { outcome: "offline" };
    }
    return this.#inTurn(async () => {
      const taken = areSame(offered, this.#files) ? { outcome: "current" } : await this.#take(offered);
      if (taken.outcome === "current" || taken.outcome === "refreshed") await this.#keep(offered);
      return taken;
    });
  }

  /**
   * Takes a trust bundle from a file, in the place of the one in use.
   * @param {Blob} file
   * @returns {Promise<Taken>}
   */
  async take(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return this.#inTurn(async () => {
      if (!this.#others) return { outcome: "offline" };
      const offered = { ...this.#others, trust: [bytes, ...this.#others.trust.slice(1)] };
      const taken = await this.#take(offered, (trust) => trust.bundles.some((bundle) => bundle.index === 0 && bundle.proven));
      if (taken.outcome === "refreshed") await this.#keep(offered);
      return taken;
    });
  }

  /**
   * Puts other files in use, unless they cannot be or are older.
   * @param {Files} files
   * @param {(trust: import("../package/web.js").TrustSummary) => boolean} isRight
   * @returns {Promise<Taken>}
   */
  async #take(files, isRight = () => true) {
    let verifier;
    try {
      verifier = await Verifier.create(files);
    } catch (error) {
      return { outcome: "refused", error };
    }
    const outcome = !isRight(verifier.trust) ? "notAProvenBundle"
      : isOlder(this.#verifier.trust, verifier.trust) ? "older"
      : "refreshed";
    if (outcome === "refreshed") this.#use(verifier, files);
    else verifier.free();
    return { outcome };
  }

  /**
   * Makes a verifier in the place of one that was lost.
   * @param {Verifier} lost
   */
  #recover(lost) {
    return this.#inTurn(async () => {
      if (this.#verifier === lost) this.#use(await Verifier.create(this.#files), this.#files);
    });
  }

  /**
   * @param {Verifier} verifier
   * @param {Files} files
   */
  #use(verifier, files) {
    this.#verifier?.free();
    this.#verifier = verifier;
    if (this.#files !== files) this.#others = files;
    this.#files = files;
  }

  /** @param {Files} files */
  async #keep(files) {
    // A browser may refuse to keep anything; they then last as long as the page.
    await this.#store.keep(files).catch(() => {});
  }

  /**
   * Two changes at once could undo each other: what was read first may be used last.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T>}
   */
  #inTurn(work) {
    const done = this.#changes.then(work);
    this.#changes = done.catch(() => {});
    return done;
  }
}

/**
 * Whether a verifier was not made for what its files are; anything else is a fault of the page or the network.
 * @param {any} error
 */
function isRefusal(error) {
  return error?.name === "TegataError" && !["not-loaded", "more-needed", "freed", "internal-error"].includes(error.code);
}

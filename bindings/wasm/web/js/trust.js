// What the page trusts: files named in config.json, fetched from the page's own origin, kept on the device, and
// renewed whenever the origin can be reached.

/** @typedef {"trust" | "authorities" | "signers" | "anchors" | "revocation"} Kind */
/** @typedef {Record<Kind, Uint8Array[]>} Files */

/** The lists of config.json that name files, as the options of a `Verifier` are called. */
const KINDS = /** @type {Kind[]} */ (["trust", "authorities", "signers", "anchors", "revocation"]);
/** Those that the origin may renew. Anchors prove the others, so that they change with the page alone. */
const RENEWED = /** @type {Kind[]} */ (["trust", "authorities", "signers", "revocation"]);

export class TrustStore {
  /**
   * @param {Record<string, string[]>} config
   * @param {URL} base where the page is
   */
  constructor(config, base) {
    this.config = config;
    this.base = base;
    this.cacheName = `trust ${base.href}`;
  }

  /** Whether what `stored` gave was on this device, all of what is to be kept there. */
  isKept = true;

  /**
   * The files on this device or, where there are none yet, those of the origin.
   * @returns {Promise<Files>}
   */
  async stored() {
    return this.#collect(async (address, kind) => {
      if (RENEWED.includes(kind)) {
        const kept = await (await caches.open(this.cacheName)).match(address);
        if (kept) return kept;
        this.isKept = false;
      }
      return this.#fetch(address, "default");
    });
  }

  /**
   * The files as the origin has them now; throws where it cannot be reached.
   * @returns {Promise<Files>}
   */
  async offered() {
    return this.#collect((address, kind) => this.#fetch(address, RENEWED.includes(kind) ? "no-cache" : "default"));
  }

  /**
   * What proves trust data, and none of it.
   * @returns {Promise<Files>}
   */
  async withoutTrust() {
    const anchors = this.#addresses("anchors").map(async (address) => bytesOf(await this.#fetch(address, "default")));
    return { trust: [], authorities: [], signers: [], revocation: [], anchors: await Promise.all(anchors) };
  }

  /** Whether one trust bundle and what proves it are all that there is. */
  get isBundleAlone() {
    const count = (kind) => (this.config[kind] ?? []).length;
    return count("trust") === 1 && count("anchors") > 0 && !["authorities", "signers", "revocation"].some(count);
  }

  /**
   * Keeps files on this device.
   * @param {Files} files
   */
  async keep(files) {
    const cache = await caches.open(this.cacheName);
    for (const kind of RENEWED) {
      for (const [index, address] of this.#addresses(kind).entries()) {
        await cache.put(address, new Response(new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (files[kind][index])])));
      }
    }
  }

  /** @param {(address: string, kind: Kind) => Promise<Response>} get */
  async #collect(get) {
    const lists = await Promise.all(KINDS.map(async (kind) => {
      const files = this.#addresses(kind).map(async (address) => bytesOf(await get(address, kind)));
      return [kind, await Promise.all(files)];
    }));
    return /** @type {Files} */ (Object.fromEntries(lists));
  }

  /** @param {Kind} kind */
  #addresses(kind) {
    return (this.config[kind] ?? []).map((name) => new URL(name, this.base).href);
  }

  /**
   * @param {string} address
   * @param {RequestCache} cache
   */
  async #fetch(address, cache) {
    const response = await fetch(address, { cache, credentials: "omit" });
    if (!response.ok) throw new Error(`${address}: ${response.status}`);
    return response;
  }
}

/** @param {Response} response */
async function bytesOf(response) {
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * Whether two sets of files are the same, byte for byte.
 * @param {Files} a
 * @param {Files} b
 */
export function areSame(a, b) {
  const same = (x, y) => x.length === y.length && x.every((byte, index) => byte === y[index]);
  return KINDS.every((kind) => a[kind].length === b[kind].length && a[kind].every((file, index) => same(file, b[kind][index])));
}

/**
 * Whether a bundle among the later ones is older than that in its place among the earlier ones, or gone.
 * @param {import("../package/web.js").TrustSummary} earlier
 * @param {import("../package/web.js").TrustSummary} later
 */
export function isOlder(earlier, later) {
  return earlier.bundles.some((bundle) => {
    const successor = later.bundles.find((other) => other.index === bundle.index);
    return !successor || successor.sequence < bundle.sequence;
  });
}

// The interface of the package; `web.js` and `node.js` say whence modules come.

import { cardInput, verifyCardIn } from "./card.js";
import { TegataError, internal, misuse } from "./errors.js";
import { looksLikeCertificate, makeReader } from "./image.js";
import { Loader, Trap, bytesOf, read, wipe, write } from "./loader.js";

// As the modules have them.
const LISTS = ["anchors", "trust", "authorities", "signers", "revocation"];
const NEEDS_MORE = -1;
const UNUSABLE = -2;

/** Longer than any certificate by far; the rest cannot change the verdict. */
const LONGEST_TEXT = 1 << 20;

const MOST_SKEW_SECONDS = 86_400;

/** The result where this package failed. */
const failed = () => ({
  status: "error",
  stage: "internal",
  code: "internal-error",
  message: "a fault of this library",
});

export function makeInterface(platform) {
  const core = new Loader("core", platform);
  const more = new Loader("more", platform);
  const camera = new Loader("camera", platform);
  const reader = makeReader(camera);
  /** The texts of results whose content is genuine, for their summaries. */
  const texts = new WeakMap();
  const forgotten = new FinalizationRegistry((made) => free(made));

  class Verifier {
    #made;
    #trust;
    /** What to make it of anew in the other module; none once it is there. */
    #wanted;

    constructor(options) {
      this.#wanted = checkedOptions(options);
      try {
        this.#take(make(this.#wanted));
      } catch (error) {
        throw error instanceof Trap ? internal() : error;
      }
    }

    static async create(options) {
      // Before anything is waited for: what the caller changes meanwhile is not what was asked for.
      const wanted = checkedOptions(options);
      await core.load();
      return withMore(() => new Verifier(wanted));
    }

    get trust() {
      return this.#trust;
    }

    verify(text, options) {
      return this.#verify(checkedText(text), time(options?.now));
    }

    async verifyAsync(text, options) {
      const [certificate, now] = [checkedText(text), time(options?.now)];
      return withMore(() => this.#verify(certificate, now));
    }

    async verifyImage(image, options) {
      // Whatever is wrong with the arguments should not depend on the image.
      const now = time(options?.now);
      this.#live();
      const verified = async (texts) => {
        const results = [];
        for (const text of texts) results.push(await withMore(() => this.#verify(text, now)));
        return results;
      };
      try {
        const quickly = (await reader.readByBrowser(image, options)).filter(looksLikeCertificate);
        const results = quickly.map((text) => this.#verifyAtOnce(text, now));
        // What the browser misread does not even open, and is no reason to load another module.
        if (results.length > 0 && results.every((result) => result?.checks?.cose === "pass")) return results;
        const { found, failure } = await reader.read(image, options);
        if (failure === undefined) return await verified(found);
        return [
          this.#live().loader.call((exports) => {
            exports.failed_image(failure);
            return read(exports);
          }),
        ];
      } catch (error) {
        if (error instanceof Trap) return [failed()];
        throw error;
      }
    }

    free() {
      if (this.#made === undefined) return;
      forgotten.unregister(this);
      free(this.#made);
      this.#made = this.#wanted = undefined;
    }

    /** As `#verify`; undefined where that takes a module that is not loaded. */
    #verifyAtOnce(text, now) {
      try {
        return this.#verify(text, now);
      } catch (error) {
        if (error?.code !== "more-needed") throw error;
        return undefined;
      }
    }

    #verify(text, now) {
      this.#live();
      return orFailed(() => {
        let result = verifyIn(this.#made, text, now);
        if (result === undefined) {
          this.#moveOn();
          result = verifyIn(this.#made, text, now);
        }
        if ("payload" in result || "unaccepted_payload" in result) texts.set(result, text);
        return result;
      });
    }

    /** Makes itself anew in the module that knows every kind of certificate, and stays there. */
    #moveOn() {
      const made = makeIn(whole(), this.#wanted);
      forgotten.unregister(this);
      free(this.#made);
      this.#take(made);
    }

    #take({ made, trust }) {
      this.#made = made;
      this.#trust = trust;
      forgotten.register(this, made, this);
      if (made.loader === more) this.#wanted = undefined;
    }

    #live() {
      if (this.#made === undefined) throw new TegataError("freed", "this verifier was freed");
      if (this.#made.generation !== this.#made.loader.generation) {
        throw new TegataError("freed", "this verifier was lost in an internal error; make a new one");
      }
      return this.#made;
    }
  }
  if (Symbol.dispose) Verifier.prototype[Symbol.dispose] = Verifier.prototype.free;

  /** Does what may need the module `more`, loading that if it does. */
  async function withMore(work) {
    try {
      return work();
    } catch (error) {
      if (error?.code !== "more-needed") throw error;
    }
    await more.load();
    return work();
  }

  /**
   * Makes a verifier in the small module or, where that does not know enough, in the other. The small one comes first
   * even if both are there: what goes wrong in the other, which reads so much more, does not reach it.
   */
  function make(wanted) {
    if (!core.isLoaded) throw new TegataError("not-loaded", "call init and wait for it first");
    return makeIn(core, wanted) ?? makeIn(whole(), wanted);
  }

  /** The module that knows everything, if it is there or can be had without waiting. */
  function whole() {
    if (!more.loadNow()) {
      throw new TegataError("more-needed", "this needs the module `more`: use the way that waits, or loadMore before");
    }
    return more;
  }

  /** Makes a verifier in a module; undefined where that is not the one for it. */
  function makeIn(loader, { flags, skewSeconds, minimumSequence, files }) {
    return loader.call((exports) => {
      exports.verifier_begin(flags, skewSeconds, Math.floor(minimumSequence / 2 ** 32), minimumSequence % 2 ** 32);
      for (const { list, index, bytes } of files) {
        write(exports, bytes);
        const status = exports.verifier_add(LISTS.indexOf(list));
        if (status === NEEDS_MORE) return undefined;
        if (status === UNUSABLE) {
          const { code, message } = read(exports);
          throw new TegataError(code, `${list}[${index}]: ${message}`);
        }
      }
      const number = exports.verifier_finish();
      return { made: { loader, generation: loader.generation, number }, trust: frozen(read(exports)) };
    });
  }

  /** Verifies in the module where a verifier is; undefined where that does not know the kind of the certificate. */
  function verifyIn({ loader, number }, text, now) {
    return loader.call((exports) => {
      write(exports, now, bytesOf(bounded(text)));
      const status = exports.verify(number, now.length);
      wipe(exports);
      if (status === NEEDS_MORE) return undefined;
      if (status !== 0) throw misuse("now is neither a Date nor a time in RFC 3339");
      return read(exports);
    });
  }

  function free({ loader, generation, number }) {
    if (loader.generation === generation) orFailed(() => loader.call((exports) => exports.verifier_free(number)));
  }

  function decode(text) {
    checkedText(text);
    const loader = whole();
    return orFailed(() =>
      loader.call((exports) => {
        write(exports, bytesOf(bounded(text)));
        exports.decode();
        wipe(exports);
        return read(exports);
      }),
    );
  }

  async function summarise(result, language) {
    if (language !== "en" && language !== "ja") throw misuse("the language is neither en nor ja");
    const text = texts.get(result);
    if (text === undefined) return [];
    await more.load();
    try {
      return more.call((exports) => {
        write(exports, bytesOf(bounded(text)));
        exports.summarise(language === "ja" ? 2 : 1);
        wipe(exports);
        return read(exports);
      });
    } catch (error) {
      throw error instanceof Trap ? internal() : error;
    }
  }

  async function readCodes(image, options) {
    try {
      const quickly = await reader.readByBrowser(image, options);
      if (quickly.some(looksLikeCertificate)) return quickly.filter(looksLikeCertificate);
      return (await reader.read(image, options)).found;
    } catch (error) {
      throw error instanceof Trap ? internal() : error;
    }
  }

  async function verifyCard(files, options) {
    const input = cardInput(files, options);
    await more.load();
    return orFailed(() => verifyCardIn(more, input));
  }

  const init = (source) => core.load(source);
  const loadMore = (source) => more.load(source);
  const loadCamera = (source) => camera.load(source);
  return { Verifier, decode, init, loadCamera, loadMore, readCodes, summarise, verifyCard };
}

function orFailed(work) {
  try {
    return work();
  } catch (error) {
    if (error instanceof Trap) return failed();
    throw error;
  }
}

/** White space at the end is dropped, as the modules do, and what is still too long is cut where it does not matter. */
function bounded(text) {
  if (text.length <= LONGEST_TEXT) return text;
  let end = text.length;
  while (end > 0 && " \t\r\n".includes(text[end - 1])) end -= 1;
  return text.slice(0, Math.min(end, LONGEST_TEXT));
}

/** A time as the modules read it. */
function time(now) {
  if (now instanceof Date && !Number.isNaN(now.getTime())) return bytesOf(now.toISOString());
  if (typeof now === "string" && now.length <= 64) return bytesOf(now);
  throw misuse("now is neither a Date nor a time in RFC 3339");
}

function checkedText(text) {
  if (typeof text !== "string") throw misuse("the text is no string");
  return text;
}

/** Options that were checked, so that they are not taken for a caller's. */
class Wanted {
  constructor(members) {
    Object.assign(this, members);
  }
}

/** The options as the modules take them, with copies of the files: what the caller does with its own stays its own. */
function checkedOptions(options) {
  if (options instanceof Wanted) return options;
  if (typeof options !== "object" || options === null) throw misuse("a verifier is made of options");
  const { skewSeconds = 0, minimumSequence = 0 } = options;
  if (!Number.isInteger(skewSeconds) || skewSeconds < 0 || skewSeconds > MOST_SKEW_SECONDS) {
    throw misuse(`skewSeconds is no whole number from 0 to ${MOST_SKEW_SECONDS}`);
  }
  if (!Number.isSafeInteger(minimumSequence) || minimumSequence < 0) {
    throw misuse("minimumSequence is no whole number from 0 to 2⁵³ − 1");
  }
  const flag = (name, bit) => {
    const value = options[name] ?? false;
    if (typeof value !== "boolean") throw misuse(`${name} is no boolean`);
    return value ? bit : 0;
  };
  const flags =
    flag("strict", 1) |
    flag("allowP384UnderEs256", 2) |
    flag("allowRsa1024", 4) |
    flag("allowSignerOutlivesAuthority", 8);
  const files = LISTS.flatMap((list) => {
    const given = options[list] ?? [];
    if (!Array.isArray(given)) throw misuse(`${list} is no array`);
    return given.map((bytes, index) => {
      if (!(bytes instanceof Uint8Array)) throw misuse(`${list}[${index}] is no Uint8Array`);
      return { list, index, bytes: new Uint8Array(bytes) };
    });
  });
  return new Wanted({ flags, skewSeconds, minimumSequence, files });
}

function frozen(value) {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

// Loads a WebAssembly module, calls it, and throws an instance away that trapped.

import { TegataError, misuse } from "./errors.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The interface between this script and the modules; theirs stands in `module/src/lib.rs` and `camera/src/lib.rs`. A
 * page that was loaded before an update may fetch a module after it, and must not use that.
 */
const ABI = 1;

/** What tells each module from the others; `more` has all that `core` has. */
const TELLTALE = { core: "verifier_add", more: "card_verify", camera: "read_pixels" };

/** Thrown by `Loader.call` after a trap: the instance is gone, and nothing can be said of its work. */
export class Trap extends Error {}

export class Loader {
  /** Grows with every instance: what was made in an earlier one is gone. */
  generation = 0;
  #name;
  #platform;
  #compiled;
  #exports;
  #loading;

  constructor(name, platform) {
    this.#name = name;
    this.#platform = platform;
  }

  get isLoaded() {
    return this.#exports !== undefined;
  }

  /** Loads the module once. A failure is not kept: the next call tries anew, and a source of its own even meanwhile. */
  load(source) {
    if (this.isLoaded) return Promise.resolve();
    const earlier = this.#loading;
    if (earlier !== undefined && source === undefined) return earlier;
    const loading = (earlier === undefined ? this.#load(source) : earlier.catch(() => this.#load(source))).finally(() => {
      if (this.#loading === loading) this.#loading = undefined;
    });
    this.#loading = loading;
    return loading;
  }

  async #load(source) {
    try {
      const compiled = this.#compiled ?? (await compile(source ?? this.#platform.source(this.#name), this.#platform));
      const instance = await WebAssembly.instantiate(compiled, {});
      // Somebody else may have been quicker, and what was made there must stay.
      if (!this.isLoaded) this.#start(compiled, instance);
    } catch (error) {
      throw this.#notLoaded(error);
    }
  }

  /** Loads the module without waiting, where the platform can; says whether it is loaded now. */
  loadNow() {
    if (this.isLoaded) return true;
    if (this.#platform.read === undefined) return false;
    try {
      const compiled = this.#compiled ?? new WebAssembly.Module(this.#platform.read(this.#name));
      this.#start(compiled, new WebAssembly.Instance(compiled, {}));
    } catch (error) {
      throw this.#notLoaded(error);
    }
    return true;
  }

  /** Takes an instance into use, if it is one of this package and this version; only then its module is kept, too. */
  #start(compiled, instance) {
    const { exports } = instance;
    if (typeof exports[TELLTALE[this.#name]] !== "function") throw new TegataError("not-loaded", `this is no module ${this.#name}`);
    if (exports.abi?.() !== ABI) throw new TegataError("not-loaded", `the module ${this.#name} is of another version`);
    this.#compiled = compiled;
    this.#exports = exports;
    this.generation += 1;
  }

  #notLoaded(cause) {
    if (cause instanceof TegataError) return cause;
    return new TegataError("not-loaded", `the module ${this.#name} cannot be loaded`, { cause });
  }

  /**
   * Calls the module by `work(exports)`. Whatever goes wrong in there, other than a misuse, leaves an instance that
   * cannot be trusted: it is thrown away, a new one is made, and `Trap` is thrown.
   */
  call(work) {
    if (!this.isLoaded) throw new TegataError("not-loaded", `the module ${this.#name} is not loaded`);
    try {
      return work(this.#exports);
    } catch (error) {
      if (error instanceof TegataError) throw error;
      this.#restart();
      throw new Trap();
    }
  }

  #restart() {
    // What is thrown away is collected at some time, and may hold a name until then.
    new Uint8Array(this.#exports.memory.buffer).fill(0);
    this.#exports = undefined;
    this.generation += 1;
    try {
      this.#start(this.#compiled, new WebAssembly.Instance(this.#compiled, {}));
    } catch {
      // Where a page may not do that at once, the next `init` does.
    }
  }
}

async function compile(source, platform) {
  let found = await source;
  if (found instanceof WebAssembly.Module) return found;
  if (typeof found === "string" || found instanceof URL) found = await platform.open(found);
  if (typeof Response === "function" && found instanceof Response) {
    if (!found.ok) throw new TegataError("not-loaded", `the module could not be fetched: status ${found.status}`);
    if (found.headers.get("Content-Type")?.startsWith("application/wasm")) {
      return WebAssembly.compileStreaming(found);
    }
    found = await found.arrayBuffer();
  }
  if (!(found instanceof ArrayBuffer) && !ArrayBuffer.isView(found)) throw misuse("this is no source of a module");
  return WebAssembly.compile(found);
}

/** Bytes of a text. */
export const bytesOf = (text) => encoder.encode(text);

/** Puts parts into the input, one after another. */
export function write(exports, ...parts) {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const address = exports.input(length) >>> 0;
  if (address === 0) throw misuse("the input is larger than the memory there is");
  const input = new Uint8Array(exports.memory.buffer, address, length);
  let at = 0;
  for (const part of parts) {
    input.set(part, at);
    at += part.length;
  }
}

/** Takes the JSON out of the output, and leaves nothing of it there. */
export function read(exports) {
  const address = exports.output() >>> 0;
  const output = new Uint8Array(exports.memory.buffer, address, exports.output_length());
  const value = JSON.parse(decoder.decode(output));
  output.fill(0);
  return value;
}

/** Leaves nothing of the last input behind. */
export function wipe(exports) {
  exports.input(0);
}

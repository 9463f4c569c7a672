// The page's end of the worker.

class Client extends EventTarget {
  #worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  #waiting = new Map();
  #last = 0;

  constructor() {
    super();
    this.#worker.addEventListener("message", ({ data }) => this.#receive(data));
    this.#worker.addEventListener("error", (event) => this.#tell("broken", event.message ?? ""));
  }

  /**
   * Verifies a text.
   * @param {string} text
   * @returns {Promise<import("./verdict.js").Verdict>}
   */
  verifyText(text) {
    return this.#ask("text", text);
  }

  /**
   * Verifies every certificate in a picture.
   * @param {Blob} picture
   * @returns {Promise<import("./verdict.js").Verdict[]>}
   */
  verifyPicture(picture) {
    return this.#ask("picture", picture);
  }

  /**
   * The text of a code in a frame, or null. The frame is given away.
   * @param {ImageBitmap | VideoFrame} frame
   * @returns {Promise<string | null>}
   */
  readFrame(frame) {
    return this.#ask("frame", frame, [frame]);
  }

  /** Looks for newer trust data. */
  refresh() {
    return this.#ask("refresh");
  }

  /**
   * Takes a trust bundle from a file.
   * @param {Blob} file
   */
  takeTrust(file) {
    return this.#ask("take", file);
  }

  /**
   * @param {string} ask
   * @param {unknown} [input]
   * @param {Transferable[]} [given]
   */
  #ask(ask, input, given = []) {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, ask, input }, given);
    });
  }

  #receive(data) {
    if ("trust" in data) return this.#tell("trust", data.trust);
    if ("broken" in data) return this.#tell("broken", data.broken);
    const asked = this.#waiting.get(data.id);
    this.#waiting.delete(data.id);
    if ("failure" in data) asked?.reject(new Error(data.failure));
    else asked?.resolve(data.answer);
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** The one worker. The page loads this module before its others, so that the worker starts as early as it can. */
export const client = new Client();

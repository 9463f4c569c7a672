// The page's end of the worker that reads pictures.

export class Reader {
  /** @type {Worker | null} */ #worker = null;
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */ #waiting = new Map();
  #last = 0;

  /** Starts the worker, ahead of the first picture. */
  prepare() {
    return this.#ask("prepare");
  }

  /**
   * The text of a code in a frame, or null. The frame is given away.
   * @param {ImageBitmap | VideoFrame} frame
   * @returns {Promise<string | null>}
   */
  readFrame(frame) {
    return this.#ask("frame", frame, [frame]);
  }

  /**
   * The texts in a picture, or the result that says why there is none.
   * @param {Blob} picture
   * @returns {Promise<{texts: string[]} | {failure: import("../package/web.js").Verification}>}
   */
  readPicture(picture) {
    return this.#ask("picture", picture);
  }

  /**
   * @param {string} task
   * @param {unknown} [input]
   * @param {Transferable[]} [given]
   */
  #ask(task, input, given = []) {
    const worker = (this.#worker ??= this.#start());
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ id, task, input }, given);
    });
  }

  #start() {
    const worker = new Worker(new URL("reader-worker.js", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      const asked = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if ("failure" in data) asked?.reject(Object.assign(new Error(data.failure), { code: data.code }));
      else asked?.resolve(data.answer);
    });
    worker.addEventListener("error", (event) => {
      // It did not start; the next picture tries anew.
      worker.terminate();
      this.#worker = null;
      for (const { reject } of this.#waiting.values()) reject(Object.assign(new Error(event.message ?? ""), { code: "not-loaded" }));
      this.#waiting.clear();
    });
    return worker;
  }
}

// Reads codes from pictures, away from the page: that takes longer than a frame of the screen.

import { init, loadCamera, readCodes, Verifier } from "../package/web.js";

const TASKS = {
  /** Makes ready for frames. */
  async prepare() {
    await loadCamera();
  },

  /** The text of a code in a frame of the camera, or null. */
  async frame(/** @type {ImageBitmap | VideoFrame} */ frame) {
    try {
      const [text] = await readCodes(frame, { quick: true });
      return text ?? null;
    } finally {
      frame.close();
    }
  },

  /** The texts of the codes in a picture or, where there is none, the result that says why. */
  async picture(/** @type {Blob} */ picture) {
    const texts = await readCodes(picture);
    if (texts.length > 0) return { texts };
    const failure = await failureOf(picture);
    if (failure.code !== "image-unreadable") return { failure };
    // The browser knows more formats than the package.
    const drawn = await createImageBitmap(picture).catch(() => null);
    if (!drawn) return { failure };
    const drawnTexts = await readCodes(drawn);
    return drawnTexts.length > 0 ? { texts: drawnTexts } : { failure: await failureOf(drawn) };
  },
};

/** A picture's result if there is no text in it that could be verified; nothing has to be trusted for that. */
async function failureOf(/** @type {Blob | ImageBitmap} */ picture) {
  await init();
  const verifier = await Verifier.create({});
  try {
    const [result] = await verifier.verifyImage(picture, { now: new Date() });
    return result;
  } finally {
    verifier.free();
  }
}

self.addEventListener("message", async ({ data: { id, task, input } }) => {
  try {
    postMessage({ id, answer: await TASKS[task](input) });
  } catch (error) {
    // The package's messages hold no value from the input.
    postMessage({ id, failure: String(error?.message ?? error), code: error?.code });
  }
});

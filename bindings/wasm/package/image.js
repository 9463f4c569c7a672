// Reading codes from images: by the browser's own reader where it is good, and by the module.

import { misuse } from "./errors.js";
import { read, write } from "./loader.js";
import { TEST_SYMBOL_ROWS, TEST_SYMBOL_TEXT } from "./test-symbol.js";

/** Whether a text is meant as a certificate of this family or a relative's. */
export const looksLikeCertificate = (text) => /^[A-Z]{2}[0-9A-Za-z]:/.test(text);

const KINDS = ["qr_code", "aztec", "data_matrix"];

export function makeReader(camera) {
  let browserReader;

  /** The texts that the browser's reader finds; empty where there is none, it is not to be asked, or it fails. */
  async function readByBrowser(image, { browserReader: wanted = true } = {}) {
    if (!wanted || typeof BarcodeDetector !== "function") return [];
    browserReader ??= trustedBrowserReader();
    const detector = await browserReader;
    if (detector === undefined) return [];
    try {
      return (await detector.detect(await drawable(image))).map((code) => code.rawValue);
    } catch {
      return [];
    }
  }

  /** The texts that the module finds or, where it finds none, why: 1 no code, 2 no image. */
  async function readByModule(image, { quick = false } = {}) {
    const { file, pixels } = await contentOf(image);
    await camera.load();
    return camera.call((exports) => {
      let failure;
      if (file !== undefined) {
        write(exports, file);
        failure = exports.read_file();
      } else {
        write(exports, pixels.data);
        failure = exports.read_pixels(pixels.width, pixels.height, quick ? 1 : 0);
      }
      if (failure !== 0) return { found: [], failure };
      const found = read(exports);
      // A printed certificate often bears other symbols too, such as a link to its issuer.
      const certificates = found.filter(looksLikeCertificate);
      return { found: certificates.length > 0 ? certificates : found };
    });
  }

  return { read: readByModule, readByBrowser };
}

/** The browser's reader, if it reads a symbol right that holds every character of a certificate. */
async function trustedBrowserReader() {
  try {
    const supported = await BarcodeDetector.getSupportedFormats();
    const formats = KINDS.filter((kind) => supported.includes(kind));
    if (!formats.includes("qr_code")) return undefined;
    const detector = new BarcodeDetector({ formats });
    const found = await detector.detect(testImage());
    return found.length === 1 && found[0].rawValue === TEST_SYMBOL_TEXT ? detector : undefined;
  } catch {
    return undefined;
  }
}

function testImage() {
  const scale = 4;
  const quiet = 4;
  const side = (TEST_SYMBOL_ROWS.length + 2 * quiet) * scale;
  const image = new ImageData(side, side);
  image.data.fill(255);
  TEST_SYMBOL_ROWS.forEach((row, y) => {
    [...row].forEach((module, x) => {
      if (module !== "#") return;
      for (let dy = 0; dy < scale; dy += 1) {
        for (let dx = 0; dx < scale; dx += 1) {
          const at = (((y + quiet) * scale + dy) * side + (x + quiet) * scale + dx) * 4;
          image.data.fill(0, at, at + 3);
        }
      }
    });
  });
  return image;
}

const isPixels = (image) => ArrayBuffer.isView(image?.data) && typeof image.width === "number";

/** An image as the browser's reader takes it. */
async function drawable(image) {
  if (image instanceof Uint8Array || image instanceof ArrayBuffer) return createImageBitmap(new Blob([image]));
  if (isPixels(image) && !(image instanceof ImageData)) {
    return new ImageData(new Uint8ClampedArray(image.data), image.width, image.height);
  }
  return image;
}

/** An image as the module takes it: a file's bytes, or pixels. */
async function contentOf(image) {
  if (image instanceof Uint8Array) return { file: image };
  if (image instanceof ArrayBuffer) return { file: new Uint8Array(image) };
  if (typeof Blob === "function" && image instanceof Blob) return { file: new Uint8Array(await image.arrayBuffer()) };
  if (isPixels(image)) {
    if (image.data.length !== image.width * image.height * 4) throw misuse("pixels are four bytes each");
    return { pixels: image };
  }
  if (typeof OffscreenCanvas !== "function") throw misuse("this is no image");
  return { pixels: drawn(image) };
}

function drawn(image) {
  const width = image.displayWidth ?? image.videoWidth ?? image.naturalWidth ?? image.width;
  const height = image.displayHeight ?? image.videoHeight ?? image.naturalHeight ?? image.height;
  if (!(width > 0 && height > 0)) throw misuse("this is no image, or one that is not loaded yet");
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, width, height);
}

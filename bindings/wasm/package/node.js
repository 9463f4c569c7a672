// For Node: modules are read from beside this file, at once where that is needed.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

import { makeInterface } from "./verifier.js";

export { TegataError } from "./errors.js";

const SOURCES = {
  core: new URL("./core.wasm", import.meta.url),
  more: new URL("./more.wasm", import.meta.url),
  camera: new URL("./camera.wasm", import.meta.url),
};

const platform = {
  source: (name) => SOURCES[name],
  read: (name) => readFileSync(SOURCES[name]),
  /** URLs of the web are fetched; everything else is a file. */
  open: (place) => {
    const text = String(place);
    if (/^https?:/.test(text)) return fetch(place);
    return readFile(text.startsWith("file:") ? new URL(text) : text);
  },
};

export const { Verifier, decode, init, loadCamera, loadMore, readCodes, summarise, verifyCard } =
  makeInterface(platform);
export default init;

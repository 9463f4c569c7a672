// For browsers and bundlers: modules are fetched from beside this file.

import { makeInterface } from "./verifier.js";

export { TegataError } from "./errors.js";

// Written out, so that bundlers see which files belong to this one.
const SOURCES = {
  core: () => new URL("./core.wasm", import.meta.url),
  more: () => new URL("./more.wasm", import.meta.url),
  camera: () => new URL("./camera.wasm", import.meta.url),
};

const platform = {
  source: (name) => SOURCES[name](),
  open: (url) => fetch(url),
};

export const { Verifier, decode, init, loadCamera, loadMore, readCodes, summarise, verifyCard } =
  makeInterface(platform);
export default init;

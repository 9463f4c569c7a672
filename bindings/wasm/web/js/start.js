// Asks at once for all that the first verdict takes. The page loads this module ahead of the others and of what they
// import, so that trust data and the core are there when the engine is.

import { TrustStore } from "./trust.js";

/** Where the page is. */
export const BASE = new URL("..", import.meta.url);

/** @type {Promise<Record<string, any>>} */
export const configuration = fetch(new URL("config.json", BASE)).then((response) => {
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return response.json();
});

export const store = configuration.then((config) => new TrustStore(config, BASE));

/** What this device keeps of trust data. */
export const stored = store.then((store) => store.stored());

const coreAddress = new URL("package/core.wasm", BASE);

/**
 * The core, compiled; or its address, where that failed: the package then tries for itself, and says why it cannot.
 * @type {Promise<WebAssembly.Module | URL>}
 */
export const core = (async () => WebAssembly.compileStreaming(await fetch(coreAddress)))().catch(() => coreAddress);

// Whoever waits for them hears of their failures.
for (const promise of [configuration, store, stored]) promise.catch(() => {});

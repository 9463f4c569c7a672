// Starts the engine. The page loads this module ahead of the others, and asks at once for all that the first verdict
// takes, instead of for each when another is there.

import { Engine } from "./engine.js";
import { TrustStore } from "./trust.js";

/** Where the page is. */
export const BASE = new URL("..", import.meta.url);

/** @type {Promise<Record<string, any>>} */
export const configuration = fetch(new URL("config.json", BASE)).then((response) => {
  if (!response.ok) throw new Error(`config.json: ${response.status}`);
  return response.json();
});

const core = fetch(new URL("package/core.wasm", BASE));
export const engine = configuration.then((config) => Engine.start(new TrustStore(config, BASE), core));

// Whoever waits for them hears of their failures.
for (const promise of [configuration, core, engine]) promise.catch(() => {});

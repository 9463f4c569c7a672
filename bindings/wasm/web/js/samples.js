// The demonstration's certificates. A page without them has no such section.

import { byId, element } from "./dom.js";
import { BASE, configuration } from "./start.js";
import { words } from "./words.js";

/**
 * Offers the samples to be verified.
 * @param {(text: string) => void} verify
 * @param {(list: {show: (language: import("./words.js").Language) => void}) => void} found called if there are any
 */
export async function showSamples(verify, found) {
  const { samples: address } = await configuration;
  if (!address) return;
  const at = new URL(address, BASE);
  const samples = await json(at).catch(() => null);
  if (!samples) return;
  const show = (language) => byId("sample-list").replaceChildren(...samples.map(({ name }) => {
    const title = words(`sample ${name}`, language);
    const button = element("button", { type: "button" }, title);
    button.addEventListener("click", async () => verify((await (await fetch(new URL(`${name}.txt`, at))).text()).trim()));
    const picture = element("img", {
      src: new URL(`${name}.png`, at).href, alt: words("sampleCode", language, { name: title }), loading: "lazy", width: "280", height: "280",
    });
    return element("li", {}, button, element("details", {}, element("summary", {}, "QR"), picture));
  }));
  byId("samples").hidden = false;
  found({ show });
}

/** @param {URL} address */
async function json(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

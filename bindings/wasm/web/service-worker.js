// Keeps the page on the device, so that it opens without a network. `precache.js` is made with the page: it names
// each file with its digest, and a version that changes with any of them. What trust the page has is not kept here:
// see js/trust.js.
"use strict";
importScripts("precache.js");

const { version, headers, files } = self.precache;
// The scope belongs to the name: other pages of the same origin have caches, too.
const OURS = `page ${self.registration.scope} `;
const NAME = OURS + version;
const addressOf = (name) => new URL(name, self.registration.scope).href;
const SCOPE = addressOf("");
/** The address of each file that is kept, and of the page itself. */
const KEPT = new Map([...Object.keys(files).map((name) => [addressOf(name), addressOf(name)]), [SCOPE, addressOf("index.html")]]);

/** Files whose own headers are the policy of what they are: a page, a worker. */
const HAS_POLICY = /(?:\.html|worker\.js)$/u;

/**
 * What is kept of a response. A server may not have sent the headers that the page asks for; from here they come with it.
 * Other files stay as they came, for which browsers keep what they have compiled.
 */
function kept(name, response) {
  if (!HAS_POLICY.test(name)) return response;
  const type = response.headers.get("Content-Type") ?? "application/octet-stream";
  return new Response(response.body, { headers: { ...headers, "Content-Type": type } });
}

self.addEventListener("install", (event) => {
  // Where a browser knows how, it takes files out of the cache without waiting for this script to start.
  event.addRoutes?.({
    condition: { or: [...KEPT.keys()].map((address) => ({ urlPattern: new URLPattern(address) })) },
    source: { cacheName: NAME },
  }).catch(() => {});
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    // A file that is not the one of this version fails the whole installation; the version in use stays.
    await Promise.all(Object.entries(files).map(async ([name, integrity]) => {
      const answer = await fetch(addressOf(name), { integrity, cache: "no-cache", credentials: "omit" });
      if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
      const response = kept(name, answer);
      if (name === "index.html") await cache.put(SCOPE, response.clone());
      await cache.put(addressOf(name), response);
    }));
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(OURS) && name !== NAME) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "use this version") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const address = new URL(request.url);
  address.search = address.hash = "";
  const wanted = KEPT.get(request.mode === "navigate" ? SCOPE : address.href);
  if (!wanted) return;
  event.respondWith((async () => {
    const cache = await caches.open(NAME);
    return (await cache.match(wanted)) ?? fetch(request);
  })());
});

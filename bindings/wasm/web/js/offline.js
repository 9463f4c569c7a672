// Lets the service worker keep the page, and says when a newer version of it waits.

/**
 * @param {HTMLElement} news shown when a newer version waits
 * @param {HTMLElement} button takes it into use
 */
export async function keepOffline(news, button) {
  if (!("serviceWorker" in navigator)) return;
  const hadController = Boolean(navigator.serviceWorker.controller);
  let registration;
  try {
    registration = await navigator.serviceWorker.register("service-worker.js", { updateViaCache: "none" });
  } catch {
    // A browser may forbid it, as in private windows; the page then works as long as it is open.
    return;
  }
  const tell = () => {
    if (!registration.waiting || !navigator.serviceWorker.controller) return;
    news.hidden = false;
    button.onclick = () => registration.waiting?.postMessage("use this version");
  };
  tell();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", tell);
  });
  let isReloading = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (!hadController || isReloading) return;
    isReloading = true;
    location.reload();
  });
}

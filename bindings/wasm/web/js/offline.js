// Lets the service worker keep the page, and says when a newer version of it waits.

/** How often a page that is due to be loaded anew looks whether it may. */
const LOOKED_EVERY = 1_000;

/**
 * @param {HTMLElement} news shown when a newer version waits
 * @param {HTMLElement} button takes it into use
 * @param {() => boolean} isBusy whether somebody would miss what the page shows
 */
export async function keepOffline(news, button, isBusy) {
  if (!("serviceWorker" in navigator)) return;
  // Without one the page came from the server; the first to take it into its care has the same version.
  let isInCare = Boolean(navigator.serviceWorker.controller);
  let isDue = false;
  let isAsked = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    // Another version answers from now on, also when another window has asked for it.
    if (isInCare && !isDue) {
      isDue = true;
      reloadUnless(() => !isAsked && isBusy());
    }
    isInCare = true;
  });
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
    button.onclick = () => {
      isAsked = true;
      registration.waiting?.postMessage("use this version");
    };
  };
  tell();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", tell);
  });
}

/**
 * Loads the page anew as soon as it may. Until then its own modules stay, and refuse those of another version.
 * @param {() => boolean} isBusy
 */
function reloadUnless(isBusy) {
  if (isBusy()) setTimeout(() => reloadUnless(isBusy), LOOKED_EVERY);
  else location.reload();
}

// The page: what people press and bring, and what they are shown. Verdicts live in this module's memory and in the
// document alone, and are cleared from both.

import { Camera } from "./camera.js";
import { all, byId, element, fieldById } from "./dom.js";
import { Engine } from "./engine.js";
import { Gate } from "./gate.js";
import { broughtBy, contentOf, InputError } from "./input.js";
import { preferredLanguage, rememberLanguage } from "./language.js";
import { keepOffline } from "./offline.js";
import { Reader } from "./reader.js";
import { showSamples } from "./samples.js";
import { core, store, stored } from "./start.js";
import { Fault, troubleText } from "./trouble.js";
import { trustAge, trustDetails } from "./trust-panel.js";
import { hasSummary, showContent, verdictArticle } from "./verdict.js";
import { words } from "./words.js";

/** After this long without a touch a verdict is cleared: the next person shall not read the last one's name. */
const CLEARED_AFTER = 120_000;
/** A camera that is lost sooner after its start than this, in milliseconds, is not started again by itself. */
const SOONEST_RESTART = 3_000;
/** How long the camera's frames are left alone after one that could not be judged. */
const AFTER_FAILURE = 1_000;
/** What is over with the next verdict. */
const READING_TROUBLES = ["readerFailed", "verificationFailed"];
/** What is over with the next trust data. */
const TRUST_TROUBLES = ["trustMissing", "refusedAtStart", "refused"];
/** How often a page that stays open looks for newer trust data. */
const REFRESHED_EVERY = 3_600_000;

const engine = store.then((store) => Engine.start(store, core, stored));
// Whoever waits for it hears of its failure.
engine.catch(() => {});
const reader = new Reader();
const video = /** @type {HTMLVideoElement} */ (byId("video"));
let language = preferredLanguage();
/** @type {import("./verdict.js").Verdict[]} */
let verdicts = [];
/** @type {import("./trust-panel.js").TrustSummary | null} */
let trust = null;
/** @type {Date | null} */
let asked = null;
/** What the line below the buttons says: a name of words. */
let working = "starting";
/** @type {import("./trouble.js").Trouble | null} */
let trouble = null;
/** How the last look for newer trust data went: a name of words. */
let trustNews = "";
let clearing = 0;
let cameraStarted = 0;
/** Counts what is begun anew: a verdict that comes from before is somebody else's, and is not shown. */
let turn = 0;
/** Whether something that was brought is being verified; what the camera sees meanwhile is not looked at. */
let isVerifying = false;

const say = (name, parts) => words(name, language, parts);

// ---- What is shown

function showLanguage() {
  document.documentElement.lang = language;
  document.title = say("title");
  for (const item of all("[data-words]")) item.textContent = say(item.dataset.words);
  for (const item of all("[data-words-label]")) item.setAttribute("aria-label", say(item.dataset.wordsLabel));
  for (const button of all("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  showWorking(working);
  showTrouble(trouble);
  showTrustNews(trustNews);
  showTrust();
  showVerdicts();
}

/** @param {string} name */
function showWorking(name) {
  working = name;
  setText("working", name ? say(name) : "");
}

/** @param {import("./trouble.js").Trouble | null} now */
function showTrouble(now) {
  trouble = now;
  byId("trouble").hidden = !now;
  setText("trouble", now ? troubleText(now, language) : "");
}

/**
 * What went wrong where nothing was verified.
 * @param {any} error
 */
function showFailure(error) {
  if (error instanceof InputError) return showWorking(error.words);
  showWorking(camera.isOn ? "cameraOn" : "");
  if (error instanceof Fault) showTrouble({ words: error.words, error: error.cause });
  else showTrouble({ words: "verificationFailed", error });
}

/** @param {string} name */
function showTrustNews(name) {
  trustNews = name;
  setText("trust-news", name ? say(name) : "");
}

/** Text that did not change is not set again: it would be read out again. */
function setText(id, text) {
  const item = byId(id);
  if (item.textContent !== text) item.textContent = text;
}

function showTrust() {
  const { text, isTrouble } = trustAge(trust, new Date(), language);
  setText("trust-age", text);
  byId("trust-age").classList.toggle("trouble", isTrouble);
  byId("trust-details").replaceChildren(...trustDetails(trust, asked, language));
}

function showVerdicts() {
  const articles = verdicts.map((verdict, index) => verdictArticle(verdict, language, `verdict-${index + 1}`, complete));
  if (articles.length > 1) articles.unshift(element("p", { class: "hint" }, say("several", { count: verdicts.length })));
  byId("verdicts").replaceChildren(...articles);
}

/** Adds who, what and when, as soon as that is there. */
async function complete() {
  const shown = verdicts;
  await (await engine).complete(shown);
  // They may be gone by now.
  if (verdicts !== shown) return;
  all(".verdict").forEach((article, index) => showContent(article, shown[index], language, complete));
  // Nobody shall pass whose name was not to be seen.
  if (gate.isOpen && shown.every((verdict) => verdict.result.status === "accepted" && hasSummary(verdict))) gate.mayGoOn();
}

/** @param {import("./verdict.js").Verdict[]} found */
function show(found) {
  verdicts = found;
  showWorking("");
  if (trouble && READING_TROUBLES.includes(trouble.words)) showTrouble(null);
  showVerdicts();
  if (gate.isOpen) gate.show();
  // The verdict is the first thing that a screen reader says, and a jump, not a glide: it has to be there at once.
  byId("verdict-1").focus({ preventScroll: true });
  if (!gate.isOpen) byId("verdicts").scrollIntoView({ block: "start" });
  setText("announcement", all(".verdict .banner").map((banner) => spoken(banner)).join(" "));
  // Browsers allow it only to pages that were touched.
  if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(found.every(({ result }) => result.status === "accepted") ? 80 : [120, 80, 120, 80, 120]);
  touch();
  complete();
}

/** The sentences of a banner, parted so that they are not read as one. */
function spoken(banner) {
  return [...banner.querySelectorAll("h2, p")].map((line) => line.textContent).join(". ");
}

function clear() {
  turn += 1;
  isVerifying = false;
  fieldById("text").value = "";
  if (verdicts.length === 0) return;
  verdicts = [];
  byId("verdicts").replaceChildren();
  setText("announcement", "");
}

/** Counts the time anew after which a verdict is cleared. */
function touch() {
  clearTimeout(clearing);
  if (verdicts.length === 0) return;
  clearing = setTimeout(() => {
    clear();
    if (gate.isOpen) gate.next();
    else showWorking("cleared");
  }, CLEARED_AFTER);
}

// ---- What is verified

/** @param {string} text */
async function verifyText(text) {
  await verify([async () => [await (await started()).verify(text)]]);
}

/** @param {Blob[]} files */
async function verifyFiles(files) {
  await verify(files.map((file) => async () => {
    const content = await contentOf(file);
    const verifier = await started();
    if ("text" in content) return [await verifier.verify(content.text)];
    const read = await reader.readPicture(content.picture).catch((error) => {
      throw new Fault("readerFailed", error);
    });
    if ("failure" in read) return [{ result: read.failure, at: new Date(), summary: null }];
    return Promise.all(read.texts.map((text) => verifier.verify(text)));
  }));
}

/** @param {(() => Promise<import("./verdict.js").Verdict[]>)[]} tasks */
async function verify(tasks) {
  // At the gate it goes on, for the next person.
  if (gate.isOpen) gate.rest();
  else camera.stop();
  clear();
  showTrouble(null);
  showWorking("reading");
  const mine = turn;
  isVerifying = true;
  const found = [];
  try {
    for (const task of tasks) found.push(...(await task()));
  } catch (error) {
    if (turn !== mine) return;
    isVerifying = false;
    gate.resume();
    return showFailure(error);
  }
  if (turn !== mine) return;
  isVerifying = false;
  show(found);
}

/** The engine, once it can verify. */
async function started() {
  const verifier = await engine.catch((error) => {
    throw new Fault("verifierFailed", error);
  });
  // Everything would be rejected for want of a signer, which would say nothing of the certificate.
  if (verifier.trust.signers === 0) throw new Fault("trustMissing", null);
  return verifier;
}

/** @param {DataTransfer | null} data */
function verifyBrought(data) {
  const { files, text } = broughtBy(data);
  if (files.length > 0) verifyFiles(files);
  else if (text) verifyText(text);
  else showWorking("clipboardEmpty");
}

// ---- The camera

const camera = new Camera(video, async (frame) => {
  if (isVerifying || (gate.isOpen && gate.isShowing)) return frame.close();
  const mine = turn;
  try {
    const text = await reader.readFrame(frame).catch((error) => {
      throw new Fault("readerFailed", error);
    });
    // The camera may have been stopped meanwhile, or begun anew for the next person.
    if (turn !== mine) return;
    const isNew = !gate.isOpen || gate.isNew(text);
    if (text === null || !isNew) return;
    showWorking("reading");
    const found = [await (await started()).verify(text)];
    if (turn !== mine || !camera.isOn) return;
    if (!gate.isOpen) camera.stop();
    show(found);
  } catch (error) {
    if (turn !== mine) return;
    gate.forget();
    showFailure(error);
    // The same code is in the next frame; what could not be fetched for it is not asked for as often as there are frames.
    await new Promise((resolve) => setTimeout(resolve, AFTER_FAILURE));
  }
});

const gate = new Gate(() => {
  clear();
  // It may have been lost under the verdict.
  if (camera.isOn) showWorking("cameraOn");
  else startCamera();
}, () => {
  camera.stop();
  clear();
  byId("gate").focus();
});

async function startCamera() {
  clear();
  showTrouble(null);
  if (trust?.signers === 0) {
    gate.close();
    return showTrouble({ words: "trustMissing" });
  }
  const mine = turn;
  showWorking("cameraStarting");
  byId("view").hidden = false;
  byId("actions").hidden = true;
  const prepared = reader.prepare().catch((error) => {
    throw new Fault("readerFailed", error);
  });
  try {
    await Promise.all([camera.start(), prepared]);
  } catch (error) {
    if (turn !== mine) return;
    camera.stop();
    gate.close();
    if (error instanceof Fault) return showFailure(error);
    return showWorking(error.name === "NotAllowedError" ? "cameraDenied" : error.name === "NotFoundError" ? "cameraMissing" : "cameraFailed");
  }
  if (turn !== mine || !camera.isOn) return;
  cameraStarted = performance.now();
  showWorking("cameraOn");
  byId("torch").hidden = !camera.hasLight;
  byId("switch-camera").hidden = !(await camera.hasOther());
}

video.addEventListener("camerastop", () => {
  byId("view").hidden = true;
  byId("actions").hidden = false;
  if (working === "cameraOn" || working === "cameraStarting") showWorking("");
});

// It was unplugged, or the system took it away, as it does from pages out of sight.
video.addEventListener("cameralost", () => {
  if (!gate.isOpen) return showWorking("cameraLost");
  // Under a verdict the next person's turn starts it.
  if (gate.isShowing) return;
  if (performance.now() - cameraStarted < SOONEST_RESTART) {
    gate.close();
    return showWorking("cameraLost");
  }
  if (document.visibilityState === "visible") startCamera();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && gate.isOpen && !gate.isShowing && !camera.isOn) startCamera();
});

// ---- Trust data

/** @param {boolean} isAsked whether a person asked and wants to hear how it went */
async function refresh(isAsked) {
  const taken = await (await engine).refresh();
  if (taken.outcome !== "offline") asked = new Date();
  tell(taken, isAsked);
}

/**
 * @param {import("./engine.js").Taken} taken
 * @param {boolean} isAsked
 */
async function tell(taken, isAsked) {
  trust = (await engine).trust;
  showTrust();
  if (taken.outcome === "refused") {
    // What a person has just been told is not taken away by something that nobody asked for.
    if (isAsked || !trouble) showTrouble({ words: "refused", error: taken.error });
    return;
  }
  if (isAsked) showTrustNews(taken.outcome);
  const isWell = taken.outcome === "current" || taken.outcome === "refreshed";
  if (isWell && trouble && TRUST_TROUBLES.includes(trouble.words)) showTrouble(null);
}

engine.then((verifier) => {
  trust = verifier.trust;
  showTrust();
  if (verifier.refusal) showTrouble({ words: "refusedAtStart", error: verifier.refusal });
  if (working === "starting") showWorking("");
  document.documentElement.dataset.ready = "";
  // Neither hurries: a verdict that is waited for comes first.
  setTimeout(() => {
    verifier.prepareSummaries().catch(() => {});
    refresh(false);
  }, 200);
}, (error) => {
  if (working === "starting") showWorking("");
  showTrouble({ words: "verifierFailed", error });
});
window.addEventListener("online", () => refresh(false));
setInterval(() => refresh(false), REFRESHED_EVERY);
setInterval(showTrust, 30_000);

// ---- What people do

const on = (id, type, listener) => byId(id).addEventListener(type, listener);

for (const button of all("[data-language]")) {
  button.addEventListener("click", () => {
    language = button.dataset.language === "ja" ? "ja" : "en";
    rememberLanguage(language);
    showLanguage();
    samples?.show(language);
  });
}
on("scan", "click", startCamera);
on("gate", "click", () => {
  gate.open();
  startCamera();
});
on("stop", "click", () => {
  clear();
  if (gate.isOpen) gate.close();
  else camera.stop();
});
on("torch", "click", () => camera.toggleLight().catch(() => {}));
on("switch-camera", "click", () => {
  camera.turn();
  startCamera();
});
on("choose", "click", () => byId("file").click());
on("file", "change", () => {
  const files = [...(fieldById("file").files ?? [])];
  // The same file may be chosen again.
  fieldById("file").value = "";
  if (files.length > 0) verifyFiles(files);
});
on("paste", "click", () => {
  byId("text-form").hidden = false;
  byId("text").focus();
});
on("text-close", "click", () => {
  fieldById("text").value = "";
  byId("text-form").hidden = true;
  byId("paste").focus();
});
on("text-form", "submit", (event) => {
  event.preventDefault();
  const text = fieldById("text").value.trim();
  fieldById("text").value = "";
  if (text) verifyText(text);
});
on("refresh", "click", () => refresh(true));
on("import", "click", () => byId("trust-file").click());
on("trust-file", "change", async () => {
  const [file] = fieldById("trust-file").files ?? [];
  if (!file) return;
  const taken = await (await engine).take(file);
  fieldById("trust-file").value = "";
  tell(taken, true);
});
document.addEventListener("paste", (event) => {
  // Into the text field it is pasted as anywhere; a picture is verified wherever it is pasted.
  if (event.target === byId("text") && !event.clipboardData?.files.length) return;
  event.preventDefault();
  verifyBrought(event.clipboardData);
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  byId("drop").hidden = false;
});
document.addEventListener("dragleave", (event) => {
  // It left the window, not one element for another.
  if (!event.relatedTarget) byId("drop").hidden = true;
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  byId("drop").hidden = true;
  verifyBrought(event.dataTransfer);
});
for (const type of ["pointerdown", "keydown"]) document.addEventListener(type, touch);
// A page that is left may be kept whole by the browser, to come back to.
window.addEventListener("pagehide", () => {
  gate.close();
  camera.stop();
  clear();
});

/** @type {{show: (language: import("./words.js").Language) => void} | null} */
let samples = null;
showLanguage();
showSamples(verifyText, (list) => {
  samples = list;
  samples.show(language);
  byId("demonstration").hidden = false;
});
keepOffline(byId("news"), byId("use-new"), () =>
  gate.isOpen || camera.isOn || verdicts.length > 0 || working === "reading" || fieldById("text").value !== "");

// Gate mode: scan, verdict, next. The camera stays on; a verdict covers the page until it is dismissed.

import { byId, fieldById } from "./dom.js";

/** How long a verdict "accepted" stays when the gate goes on by itself. */
const ACCEPTED_STAYS = 3_000;
/** A code has to be out of the picture for so many frames before it counts as shown again. */
const FRAMES_WITHOUT = 8;

export class Gate {
  isOpen = false;
  /** Whether a verdict is shown, so that frames are not looked at. */
  isShowing = false;
  /** The last code, for as long as it stays in the picture. @type {string | null} */
  #last = null;
  #without = 0;
  #timer = 0;
  /** @type {WakeLockSentinel | null} */ #wakeLock = null;

  /**
   * @param {() => void} onNext
   * @param {() => void} onClose
   */
  constructor(onNext, onClose) {
    this.onNext = onNext;
    this.onClose = onClose;
    byId("next").addEventListener("click", () => this.next());
    byId("leave-gate").addEventListener("click", () => this.close());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
      // The verdict has the focus, so that it is what a screen reader says; the button is not far.
      const isFree = !(event.target instanceof Element && event.target.closest("button, input, summary, textarea"));
      if ((event.key === " " || event.key === "Enter") && this.isShowing && isFree && !event.repeat) {
        event.preventDefault();
        this.next();
      }
    });
    // A browser takes the lock back whenever the page is out of sight.
    document.addEventListener("visibilitychange", () => {
      if (this.isOpen && document.visibilityState === "visible") this.#stayAwake();
    });
  }

  open() {
    this.isOpen = true;
    this.#last = null;
    document.body.classList.add("gate");
    // The way out is there at any time, whatever becomes of the camera.
    byId("after").hidden = false;
    byId("next").hidden = true;
    this.#stayAwake();
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#hide();
    document.body.classList.remove("gate");
    byId("after").hidden = true;
    this.#last = null;
    this.#wakeLock?.release();
    this.#wakeLock = null;
    this.onClose();
  }

  /** The screen shall not go dark while people queue; where a browser refuses that, it does. */
  async #stayAwake() {
    const lock = await navigator.wakeLock?.request("screen").catch(() => null);
    if (!this.isOpen) lock?.release();
    else this.#wakeLock = lock ?? null;
  }

  /**
   * Whether a code is another one than that of which the verdict was last shown, or shown again.
   * @param {string | null} text
   */
  isNew(text) {
    if (text === null) {
      if (++this.#without >= FRAMES_WITHOUT) this.#last = null;
      return false;
    }
    this.#without = 0;
    if (text === this.#last) return false;
    this.#last = text;
    return true;
  }

  /** The last code counts as one that was not shown yet. */
  forget() {
    this.#last = null;
  }

  /** A verdict is shown. */
  show() {
    clearTimeout(this.#timer);
    this.isShowing = true;
    document.body.classList.add("showing");
    byId("next").hidden = false;
    scrollTo(0, 0);
  }

  /** The verdict says "accepted" and whose certificate it is: the gate may go on by itself, if that is wanted. */
  mayGoOn() {
    if (!this.isShowing || !fieldById("automatic").checked) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.next(), ACCEPTED_STAYS);
  }

  /** What is shown makes room for what was brought: nothing goes on by itself meanwhile. */
  rest() {
    clearTimeout(this.#timer);
  }

  /** What was brought came to nothing: the camera looks again, and what the page says of it stays. */
  resume() {
    if (this.isShowing) this.#hide();
  }

  next() {
    if (!this.isShowing) return;
    this.#hide();
    this.onNext();
  }

  #hide() {
    clearTimeout(this.#timer);
    this.isShowing = false;
    document.body.classList.remove("showing");
    byId("next").hidden = true;
  }
}

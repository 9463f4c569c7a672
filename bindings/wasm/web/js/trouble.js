// What goes wrong in the page itself, in words.

import { meaning } from "./outcomes.js";
import { words } from "./words.js";

/** @typedef {import("./words.js").Language} Language */
/** @typedef {{words: string, error?: any}} Trouble a name of words, whose part `reason` is what the error says */

/** A part of the page that does not do its work; `words` names the text that says which. */
export class Fault extends Error {
  /**
   * @param {string} words
   * @param {unknown} cause
   */
  constructor(words, cause) {
    super(words, { cause });
    this.words = words;
  }
}

/**
 * A trouble in the reader's language.
 * @param {Trouble} trouble
 * @param {Language} language
 */
export function troubleText(trouble, language) {
  return words(trouble.words, language, { reason: reasonOf(trouble.error, language) });
}

/**
 * Where the package or the outcome table has a code for it, in the reader's language; else in the words of whoever failed.
 * @param {any} error
 * @param {Language} language
 */
function reasonOf(error, language) {
  if (error?.code === "not-loaded") return words("notLoaded", language);
  return meaning(error?.code ?? "", language) ?? error?.message ?? "";
}

// The page's language: the reader's choice or, before one was made, the browser's. It is all the page remembers.

/** @typedef {import("./words.js").Language} Language */

const KEY = "tegata language";

/** @returns {Language} */
export function preferredLanguage() {
  const chosen = remembered();
  if (chosen === "en" || chosen === "ja") return chosen;
  return navigator.languages.find((language) => /^(?:en|ja)\b/u.test(language))?.startsWith("ja") ? "ja" : "en";
}

/** @param {Language} language */
export function rememberLanguage(language) {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // A browser may forbid it; the choice then lasts as long as the page.
  }
}

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

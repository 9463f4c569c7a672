// The outcome table, as the package has it: what each stage and code means and what to do, in both languages.

import { outcomes, stages } from "../package/outcomes.js";

/** @typedef {import("./words.js").Language} Language */

/**
 * What a code means; nothing for a code the package does not know.
 * @param {string} code
 * @param {Language} language
 * @returns {string | undefined}
 */
export function meaning(code, language) {
  return outcomes[code]?.message[language];
}

/**
 * What the person at the desk can do about a code.
 * @param {string} code
 * @param {Language} language
 * @returns {string | undefined}
 */
export function advice(code, language) {
  return outcomes[code]?.advice[language];
}

/**
 * What a check looks at.
 * @param {string} stage
 * @param {Language} language
 * @returns {string}
 */
export function stageTitle(stage, language) {
  return stages[stage]?.[language] ?? stage;
}

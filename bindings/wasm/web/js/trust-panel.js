// What the page trusts and how old that is.

import { element } from "./dom.js";
import { age, clock, words } from "./words.js";

/** @typedef {import("./words.js").Language} Language */
/** @typedef {import("../package/web.js").TrustSummary} TrustSummary */

/**
 * One sentence: the age of the oldest bundle, and whether it may still be relied on.
 * @param {TrustSummary | null} trust
 * @param {Date} now
 * @param {Language} language
 * @returns {{text: string, isTrouble: boolean}}
 */
export function trustAge(trust, now, language) {
  const say = (name, parts) => words(name, language, parts);
  if (!trust) return { text: say("trustLoading"), isTrouble: false };
  if (trust.signers === 0) return { text: say("trustNone"), isTrouble: true };
  if (trust.bundles.length === 0) return { text: say("trustUndated"), isTrouble: false };
  const issued = Math.min(...trust.bundles.map((bundle) => Date.parse(bundle.issued_at)));
  const until = Math.min(...trust.bundles.map((bundle) => Date.parse(bundle.relied_on_until)));
  if (now.getTime() < issued) return { text: say("trustFuture"), isTrouble: true };
  const text = say("trustAge", { age: age(now.getTime() - issued, language) });
  const isTooOld = now.getTime() > until;
  return { text: isTooOld ? text + (language === "ja" ? "" : " ") + say("trustTooOld") : text, isTrouble: isTooOld };
}

/**
 * The details as pairs of a description list.
 * @param {TrustSummary | null} trust
 * @param {Date | null} checked when the origin was last asked
 * @param {Language} language
 */
export function trustDetails(trust, checked, language) {
  if (!trust) return [];
  const say = (name) => words(name, language);
  const lines = [[say("trustSigners"), String(trust.signers)]];
  for (const bundle of trust.bundles) {
    lines.push(
      [say("trustIssued"), clock(bundle.issued_at, language)],
      [say("trustUntil"), clock(bundle.relied_on_until, language)],
      [say("trustNumber"), String(bundle.sequence)],
      [say("trustProven"), say(bundle.proven ? "proven" : "notProven")],
    );
  }
  if (trust.left_out.length > 0) lines.push([say("trustLeftOut"), String(trust.left_out.length)]);
  if (checked) lines.push([say("trustChecked"), clock(checked, language)]);
  return lines.flatMap(([label, value]) => [element("dt", {}, label), element("dd", {}, value)]);
}

// A verdict, as people read it: first whether, then why and what to do, whose certificate it is, and every check.

import { element, sign } from "./dom.js";
import { advice, meaning, stageTitle } from "./outcomes.js";
import { clock, words } from "./words.js";

/** @typedef {import("./words.js").Language} Language */
/** @typedef {import("../package/web.js").Verification} Verification */
/** @typedef {{result: Verification, at: Date, summary: Record<Language, {label: string, value: string}[]> | null}} Verdict */

/**
 * The verdict as an article with a heading that can be focused.
 * @param {Verdict} verdict
 * @param {Language} language
 * @param {string} id unlike that of any other article
 */
export function verdictArticle(verdict, language, id) {
  const { result, summary } = verdict;
  const say = (name, parts) => words(name, language, parts);
  const article = element("article", { class: `verdict ${result.status}`, "aria-labelledby": id });
  if (summary) article.dataset.complete = "";
  const heading = element("h2", { id, tabindex: "-1" }, say(result.status));
  const banner = element("div", { class: "banner" }, sign(result.status), element("div", {}, heading, ...why(result, language)));
  article.append(banner);
  if (result.status === "error") return article;

  const lines = contentLines(verdict, language);
  const body = element("div", { class: "body" });
  if (result.status !== "accepted") {
    const genuine = result.unaccepted_payload !== undefined;
    const isAbout = lines.length > 0 || result.checks.claims === "pass";
    if (isAbout) body.append(element("p", { class: "caution" }, say(genuine ? "genuineButNotAccepted" : "contentNotShown")));
  }
  if (lines.length > 0) {
    body.append(element("dl", { class: "content" }, ...lines.flatMap(({ label, value, isSmall }) => [
      element("dt", {}, label), element("dd", isSmall ? { class: "small" } : {}, value),
    ])));
  }
  body.append(element("h3", {}, say("checks")), checkList(result, language));
  for (const warning of result.warnings ?? []) {
    body.append(element("p", { class: "caution" }, `${say("note")}: ${meaning(warning.code, language) ?? warning.message}`));
  }
  body.append(element("p", { class: "hint" }, say("checkedAt", { time: clock(verdict.at, language) })));
  article.append(body);
  return article;
}

/** Why, and what to do. */
function why(result, language) {
  if (result.status === "accepted") return [element("p", {}, words("acceptedMeans", language))];
  if (result.status === "error") return [element("p", {}, words("errorMeans", language))];
  const todo = advice(result.code, language);
  return [
    element("p", { class: "why" }, message(result, language)),
    todo ? element("p", { class: "advice" }, `→ ${todo}`) : null,
  ].filter((line) => line !== null);
}

/**
 * What the code means in the reader's language. The English message may name a field in brackets at its end; the field
 * is named in every language.
 */
function message(result, language) {
  const english = meaning(result.code, "en");
  const own = meaning(result.code, language);
  if (!english || !own || !result.message.startsWith(english)) return own ?? result.message;
  return own + result.message.slice(english.length);
}

/** Who, what and when; nothing of a person unless a trusted signature covers it. */
function contentLines({ result, summary }, language) {
  const say = (name) => words(name, language);
  const isGenuine = result.status === "accepted" || result.unaccepted_payload !== undefined;
  const lines = isGenuine && summary ? [...summary[language]] : [];
  if (isGenuine && result.claims) {
    for (const [name, time] of [
      ["issuedAt", result.claims.issued_at], ["notBefore", result.claims.not_before], ["expiresAt", result.claims.expires_at],
    ]) {
      if (time) lines.push({ label: say(name), value: clock(time, language) });
    }
  }
  if (result.signer) {
    const { subject, algorithm, key_id } = result.signer;
    lines.push({ label: say(isGenuine ? "signer" : "claimedSigner"), value: `${subject} (${algorithm}, ${key_id})`.trim(), isSmall: true });
  }
  return lines;
}

const MARKS = { pass: "✔", fail: "✘", undetermined: "?", skipped: "–" };
const RESULTS = { pass: "pass", fail: "fail", undetermined: "undecided", skipped: "skipped" };

function checkList(result, language) {
  return element("ul", { class: "checks" }, ...Object.entries(result.checks).map(([stage, check]) =>
    element("li", { class: check },
      element("span", { class: "mark", "aria-hidden": "true" }, MARKS[check]),
      element("span", { class: "what" }, stageTitle(stage, language)),
      element("span", { class: "result" }, words(RESULTS[check], language)))));
}

// A verdict, as people read it: first whether, then why and what to do, whose certificate it is, and every check.

import { element, sign } from "./dom.js";
import { advice, meaning, stageTitle } from "./outcomes.js";
import { clock, words } from "./words.js";

/** @typedef {import("./words.js").Language} Language */
/** @typedef {import("../package/web.js").Verification} Verification */
/** @typedef {{label: string, value: string}} Line */
/** @typedef {Record<Language, Line[]>} Summary */
/**
 * @typedef {object} Verdict
 * @property {Verification} result
 * @property {Date} at
 * @property {Summary | "failed" | null} summary who, what and when; null until that is there
 */

/**
 * The verdict as an article with a heading that can be focused.
 * @param {Verdict} verdict
 * @param {Language} language
 * @param {string} id unlike that of any other article
 * @param {() => void} onRetry for a summary that could not be had
 */
export function verdictArticle(verdict, language, id, onRetry) {
  const { result } = verdict;
  const say = (name, parts) => words(name, language, parts);
  const article = element("article", { class: `verdict ${result.status}`, "aria-labelledby": id });
  const heading = element("h2", { id, tabindex: "-1" }, say(result.status));
  const banner = element("div", { class: "banner" }, sign(result.status), element("div", {}, heading, ...why(result, language)));
  article.append(banner);
  if (result.status === "error") return article;

  const about = element("div", { class: "about" });
  const body = element("div", { class: "body" }, about, element("h3", {}, say("checks")), checkList(result, language));
  for (const warning of result.warnings ?? []) {
    body.append(element("p", { class: "caution" }, `${say("note")}: ${meaning(warning.code, language) ?? warning.message}`));
  }
  body.append(element("p", { class: "hint" }, say("checkedAt", { time: clock(verdict.at, language) })));
  article.append(body);
  showContent(article, verdict, language, onRetry);
  return article;
}

/**
 * Sets what an article says of the certificate's content; the rest of it stays, and the focus where it is.
 * @param {Element} article
 * @param {Verdict} verdict
 * @param {Language} language
 * @param {() => void} onRetry
 */
export function showContent(article, verdict, language, onRetry) {
  const { result, summary } = verdict;
  const about = article.querySelector(".about");
  if (!about || result.status === "error") return;
  const say = (name) => words(name, language);
  const genuine = isGenuine(result);
  const lines = contentLines(verdict, language);
  const parts = [];
  if (result.status !== "accepted" && (lines.length > 0 || result.checks.claims === "pass")) {
    parts.push(element("p", { class: "caution" }, say(genuine ? "genuineButNotAccepted" : "contentNotShown")));
  }
  if (genuine && summary === null) parts.push(element("p", { class: "hint" }, say("summaryComing")));
  if (genuine && summary === "failed") {
    const retry = element("button", { type: "button", class: "retry" }, say("retry"));
    retry.addEventListener("click", onRetry);
    parts.push(element("div", { class: "caution", role: "alert" }, element("p", {}, say("summaryFailed")), retry));
  }
  if (lines.length > 0) parts.push(element("dl", { class: "content" }, ...lines.flatMap(lineElements)));
  about.replaceChildren(...parts);
  if (!genuine || hasSummary(verdict)) /** @type {HTMLElement} */ (article).dataset.complete = "";
}

/**
 * Whether all is there that can be told of the certificate.
 * @param {Verdict} verdict
 * @returns {verdict is Verdict & {summary: Summary}}
 */
export function hasSummary({ summary }) {
  return summary !== null && summary !== "failed";
}

/** Whether a trusted signature covers the content. */
function isGenuine(result) {
  return result.status === "accepted" || result.unaccepted_payload !== undefined;
}

/** Why, and what to do. */
function why(result, language) {
  if (result.status === "accepted") return [element("p", {}, words("acceptedMeans", language))];
  if (result.status === "error") return [element("p", {}, words("errorMeans", language))];
  const todo = advice(result.code, language);
  return [
    element("p", { class: "why" }, message(result, language)),
    todo ? element("p", { class: "advice" }, todo) : null,
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
function contentLines(verdict, language) {
  const { result, summary } = verdict;
  const say = (name) => words(name, language);
  const genuine = isGenuine(result);
  const lines = genuine && hasSummary(verdict) ? [...summary[language]] : [];
  if (genuine && result.claims) {
    for (const [name, time] of [
      ["issuedAt", result.claims.issued_at], ["notBefore", result.claims.not_before], ["expiresAt", result.claims.expires_at],
    ]) {
      if (time) lines.push({ label: say(name), value: clock(time, language) });
    }
  }
  if (result.signer) {
    const { subject, algorithm, key_id } = result.signer;
    lines.push({ label: say(genuine ? "signer" : "claimedSigner"), value: `${subject} (${algorithm}, ${key_id})`.trim(), isSmall: true });
  }
  return lines;
}

/** What parts the parts of an event: see `summarise`. */
const BETWEEN = "  ";

/** Whether a value is that of an event: a day, and more than one thing about it. */
function isEvent(value) {
  return /^\d{4}(?:-\d\d){0,2}\b/u.test(value) && value.includes(BETWEEN);
}

/** A line of the content: what it is about, and the value, that of an event as a line for each thing it says. */
function lineElements({ label, value, isSmall }, index, lines) {
  if (!isEvent(value)) return [element("dt", {}, label), element("dd", isSmall ? { class: "small" } : {}, value)];
  const [date, ...rest] = value.split(BETWEEN);
  // Which dose it was stands beside the day.
  const isCount = /^(?:#?\d+|\d+\/\d+|\d+回目)$/u.test(rest[0]);
  const first = isCount ? `${date}${BETWEEN}${rest.shift()}` : date;
  const [what = "", ...details] = rest;
  const before = lines[index - 1];
  // Several of a kind stand under one label.
  const isFirst = before?.label !== label || !isEvent(before.value);
  return [
    ...(isFirst ? [element("dt", { class: "event" }, label)] : []),
    element("dd", { class: "event" },
      element("span", { class: "when" }, first), element("span", { class: "which" }, what),
      element("span", { class: "details" }, ...details.flatMap((detail) => [element("span", {}, detail), " "]))),
  ];
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

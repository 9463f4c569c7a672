// Every word the page uses is there in both languages, and none is left over.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { age, NAMES, words } from "../js/words.js";

const page = fileURLToPath(new URL("..", import.meta.url));
const sources = ["index.html", ...readdirSync(`${page}js`).filter((name) => name !== "words.js").map((name) => `js/${name}`)]
  .map((name) => readFileSync(page + name, "utf8")).join("\n");

test("each word is used, and each that is used is there", () => {
  const quoted = new Set([...sources.matchAll(/"([A-Za-z]+)"/gu)].map(([, word]) => word));
  // Those of samples are named by the samples, those of verdicts by their status.
  const unused = NAMES.filter((name) => !quoted.has(name) && !name.startsWith("sample "));
  assert.deepEqual(unused.filter((name) => !["accepted", "rejected", "undetermined", "error"].includes(name)), []);
  const asked = [...sources.matchAll(/(?:data-words(?:-label)?=|\bsay\(|showWorking\(|new InputError\(|new Fault\(|words: |outcome: )"([A-Za-z]+)"/gu)];
  for (const [, name] of asked) assert.ok(words(name, "ja", { reason: "", age: "", count: 0, time: "", name: "" }), name);
  assert.ok(asked.length > 50);
});

test("each text stands in both languages, with the same parts", () => {
  for (const name of NAMES) {
    const parts = (language) => {
      const seen = [];
      words(name, language, new Proxy({}, { get: (_, part) => seen.push(part) }));
      return seen.sort();
    };
    assert.deepEqual(parts("ja"), parts("en"), name);
    assert.match(words(name, "ja"), /[\u3040-\u30ff\u4e00-\u9fff]/u, name);
    assert.doesNotMatch(words(name, "en"), /[\u3040-\u30ff\u4e00-\u9fff]/u, name);
  }
});

test("ages are told in the unit people would use", () => {
  const minute = 60_000;
  for (const [minutes, english, japanese] of [
    [0, "0 minutes", "0分"], [1, "1 minute", "1分"], [59, "59 minutes", "59分"], [60, "1 hour", "1時間"],
    [2879, "47 hours", "47時間"], [2880, "2 days", "2日"], [44_640, "31 days", "31日"],
  ]) {
    assert.equal(age(minutes * minute, "en"), english);
    assert.equal(age(minutes * minute, "ja"), japanese);
  }
});

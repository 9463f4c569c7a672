// This package beside two other verifiers, in one run: node run.mjs [--write]. Make the package first: cargo xtask wasm.
// With TEGATA_WEB (a folder of `cargo xtask web --build-only --folder`) and TEGATA_XTASK (target/debug/xtask), and after
// `npm ci` in ../web/test, it also measures in Chromium: the same verifications, and the page's first verdict.
// The numbers of one run are of one machine; the ratios are what lasts, and what the targets are about.
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

import { init, Verifier } from "../dist/node.js";
import { objectOf, textOf } from "../tests/damage.mjs";
import { contendersOf, race, ROUNDS } from "./race.mjs";

const pathcheck = createRequire(import.meta.url)("@pathcheck/dcc-sdk");

const vector = JSON.parse(readFileSync(new URL("../../../test-vectors/accepted/dcc.json", import.meta.url), "utf8"));
const { text } = vector.input;
const der = Buffer.from(vector.trust[0], "base64");
const jwk = new X509Certificate(der).publicKey.export({ format: "jwk" });
const coordinate = (name) => Buffer.from(jwk[name], "base64url");
const publicKey = Uint8Array.from([4, ...coordinate("x"), ...coordinate("y")]);
const keyId = (await crypto.subtle.digest("SHA-256", der)).slice(0, 8);
pathcheck.addCachedCerts({ [Buffer.from(keyId).toString("base64")]: vector.trust[0] });

await init();
const input = { text, der: new Uint8Array(der), publicKey, now: vector.now };
const contenders = {
  ...contendersOf({ Verifier }, input),
  pathcheck: async () => (await pathcheck.unpackAndVerify(text)).status === "verified",
};
// All of them look at the signature: one bit of its last byte changes, and nothing else.
const object = objectOf(text);
object[object.length - 1] ^= 1;
const forged = textOf(object);
const { verify: verifyWithNoble } = await import("./noble.mjs");
const accepts = {
  tegata: () => new Verifier({ trust: [input.der] }).verify(forged, { now: new Date(vector.now) }).status === "accepted",
  noble: () => verifyWithNoble(forged, publicKey, new Date(vector.now)) !== undefined,
  pathcheck: async () => (await pathcheck.unpackAndVerify(forged))?.status === "verified",
};
for (const [name, accept] of Object.entries(accepts)) {
  let isAccepted = false;
  try {
    isAccepted = await accept();
  } catch {
    // A refusal, too.
  }
  if (isAccepted) throw new Error(`${name} accepts a forgery`);
}
const inNode = await race(contenders);
const sorted = (list) => [...list].sort((a, b) => a - b);
const median = (list) => sorted(list)[list.length >> 1];
const least = (list) => sorted(list)[0];

// The first verdict of a process: loading the script, the module, the trust, and verifying.
const FIRST = `
  const start = performance.now();
  const { init, Verifier } = await import(process.argv[1]);
  await init();
  const loaded = performance.now();
  const verifier = new Verifier({ trust: [new Uint8Array(Buffer.from(process.argv[2], "base64"))] });
  const { status } = verifier.verify(process.argv[3], { now: process.argv[4] });
  if (status !== "accepted") throw new Error(status);
  console.log(JSON.stringify([performance.now() - start, loaded - start]));
`;
const entry = new URL("../dist/node.js", import.meta.url).href;
const firsts = Array.from({ length: 11 }, () =>
  JSON.parse(
    execFileSync(process.execPath, ["--input-type=module", "-e", FIRST, entry, vector.trust[0], text, vector.now], {
      encoding: "utf8",
    }),
  ),
);

const us = (value) => `${value.toFixed(0)} µs`;
const NAMES = {
  tegata: "@tegata/verifier, every check, key ready",
  once: "@tegata/verifier, every check, key never seen before",
  noble: "@noble/curves 2.4, hand-made Base45 and CBOR, signature and dates alone",
  pathcheck: "@pathcheck/dcc-sdk 0.0.27",
};
/** The goals, as parts of what another verifier takes. */
const GOALS = [["tegata", "noble", 0.1], ["once", "noble", 0.45], ["tegata", "pathcheck", 0.2]];

function table(times) {
  const rows = Object.entries(times).map(([name, { median, least }]) => `| ${NAMES[name]} | ${us(median)} | ${us(least)} |`);
  const goals = GOALS.filter(([, other]) => times[other]).map(([name, other, goal]) =>
    `* ${NAMES[name]}: ${(times[name].median / times[other].median).toFixed(3)} of ${NAMES[other].split(/[ ,]/u)[0]} (goal: at most ${goal})`);
  return `| verifier | median | fastest round |\n|---|---|---|\n${rows.join("\n")}\n\n${goals.join("\n")}`;
}

// The same in a browser, and the verifier page's first verdict, where there is a page to open.
async function inChromium() {
  if (!process.env.TEGATA_WEB) return "Not measured in Chromium: see the head of `bench/run.mjs`.";
  const { raceInChromium } = await import("./in-chromium.mjs");
  return `In headless Chromium, likewise:\n\n${table(await raceInChromium(input))}`;
}
const chromium = await inChromium();
async function ofThePage() {
  if (!process.env.TEGATA_WEB) return "The page's first verdict was not measured: see the head of `bench/run.mjs`.";
  const { firstVerdicts } = await import("./first-verdict.mjs");
  const { first, later } = await firstVerdicts(15);
  const ms = (value) => `${value.toFixed(0)} ms`;
  return `First verdict of the page in headless Chromium, from the start of a load with a warm cache: median ${ms(median(later))}, fastest ${ms(least(later))} of ${later.length} loads (target: at most 150 ms); ${ms(first)} in a new process. Load of the machine meanwhile: ${os.loadavg()[0].toFixed(1)} on ${os.cpus().length} cores.`;
}
const page = await ofThePage();

const sizes = ["core", "more", "camera"].map((name) => {
  const url = new URL(`../dist/${name}.wasm`, import.meta.url);
  const packed = execFileSync("gzip", ["-9", "-n", "-c", fileURLToPath(url)]);
  return `| ${name}.wasm | ${statSync(url).size} | ${packed.length} |`;
});
const report = `# The npm package beside others

Written by \`node bindings/wasm/bench/run.mjs --write\` after \`npm ci\` there and \`cargo xtask wasm\`. One process, ${ROUNDS} rounds in turn, a certificate of the EU's profile under ES256 (\`test-vectors/accepted/dcc.json\`).
Node ${process.versions.node}, ${os.cpus()[0].model.trim()}, ${new Date().toISOString().slice(0, 10)}.

${table(inNode)}

${chromium}

First verdict of a process, from the import on: ${median(firsts.map(([all]) => all)).toFixed(0)} ms, of which loading takes ${median(firsts.map(([, loaded]) => loaded)).toFixed(0)} ms; the rest is the signer's table and the first verification.

${page}

| module | bytes | after gzip -9 |
|---|---|---|
${sizes.join("\n")}
`;
console.log(report);
if (process.argv.includes("--write")) writeFileSync(new URL("../BENCH.md", import.meta.url), report);

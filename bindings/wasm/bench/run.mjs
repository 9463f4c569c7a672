// This package beside two other verifiers, in one run: node run.mjs [--write]. Make the package first: cargo xtask wasm.
// With TEGATA_WEB (a folder of `cargo xtask web --build-only --folder`) and TEGATA_XTASK (target/debug/xtask), and after
// `npm ci` in ../web/test, it also measures the page's first verdict in Chromium.
// The numbers of one run are of one machine; the ratios are what lasts, and what the targets are about.
import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

import { init, Verifier } from "../dist/node.js";
import { verify as verifyWithNoble } from "./noble.mjs";

const pathcheck = createRequire(import.meta.url)("@pathcheck/dcc-sdk");

const vector = JSON.parse(readFileSync(new URL("../../../test-vectors/accepted/dcc.json", import.meta.url), "utf8"));
const { text } = vector.input;
const der = Buffer.from(vector.trust[0], "base64");
const now = new Date(vector.now);
const jwk = new X509Certificate(der).publicKey.export({ format: "jwk" });
const coordinate = (name) => Buffer.from(jwk[name], "base64url");
const publicKey = Uint8Array.from([4, ...coordinate("x"), ...coordinate("y")]);
const keyId = (await crypto.subtle.digest("SHA-256", der)).slice(0, 8);
pathcheck.addCachedCerts({ [Buffer.from(keyId).toString("base64")]: vector.trust[0] });

await init();
const verifier = new Verifier({ trust: [new Uint8Array(der)] });

const contenders = {
  tegata: () => verifier.verify(text, { now }).status === "accepted",
  noble: () => verifyWithNoble(text, publicKey, now) !== undefined,
  pathcheck: async () => (await pathcheck.unpackAndVerify(text)).status === "verified",
};
for (const [name, verify] of Object.entries(contenders)) {
  if (!(await verify())) throw new Error(`${name} does not accept what it should`);
}
// All of them look at the signature.
const tampered = vector.forged ?? text.slice(0, -6) + (text.at(-6) === "A" ? "B" : "A") + text.slice(-5);
if (verifier.verify(tampered, { now }).status === "accepted") throw new Error("accepts a forgery");

/** Microseconds of one verification in a batch. */
async function batch(verify, count) {
  const start = performance.now();
  for (let left = count; left > 0; left -= 1) await verify();
  return ((performance.now() - start) * 1000) / count;
}

const COUNTS = { tegata: 100, noble: 10, pathcheck: 20 };
const ROUNDS = 31;
const samples = { tegata: [], noble: [], pathcheck: [] };
for (const [name, verify] of Object.entries(contenders)) await batch(verify, COUNTS[name] * 5);
// In turn, so that what else the machine does meets all of them alike.
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, verify] of Object.entries(contenders)) samples[name].push(await batch(verify, COUNTS[name]));
}
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

// The same for the verifier page, where there is one to open.
async function ofThePage() {
  if (!process.env.TEGATA_WEB) return "The page's first verdict was not measured: see the head of `bench/run.mjs`.";
  const { firstVerdicts } = await import("./first-verdict.mjs");
  const { first, later } = await firstVerdicts(15);
  const ms = (value) => `${value.toFixed(0)} ms`;
  return `First verdict of the page in headless Chromium, from the start of a load with a warm cache: median ${ms(median(later))}, fastest ${ms(least(later))} of ${later.length} loads (target: at most 150 ms); ${ms(first)} in a new process. Load of the machine meanwhile: ${os.loadavg()[0].toFixed(1)} on ${os.cpus().length} cores.`;
}
const page = await ofThePage();

const us = (value) => `${value.toFixed(0)} µs`;
const ratio = (to) => (median(samples.tegata) / median(samples[to])).toFixed(3);
const sizes = ["core", "more", "camera"].map((name) => {
  const url = new URL(`../dist/${name}.wasm`, import.meta.url);
  const packed = execFileSync("gzip", ["-9", "-n", "-c", fileURLToPath(url)]);
  return `| ${name}.wasm | ${statSync(url).size} | ${packed.length} |`;
});
const report = `# The npm package beside others

Written by \`node bindings/wasm/bench/run.mjs --write\` after \`npm ci\` there and \`cargo xtask wasm\`. One process, ${ROUNDS} rounds in turn, a certificate of the EU's profile under ES256 (\`test-vectors/accepted/dcc.json\`), keys ready.
Node ${process.versions.node}, ${os.cpus()[0].model.trim()}, ${new Date().toISOString().slice(0, 10)}.

| verifier | median | fastest round | Tegata takes, of its time |
|---|---|---|---|
| @tegata/verifier, every check | ${us(median(samples.tegata))} | ${us(least(samples.tegata))} | |
| @noble/curves 2.4, hand-made Base45 and CBOR, signature and dates alone | ${us(median(samples.noble))} | ${us(least(samples.noble))} | ${ratio("noble")} (target: at most 0.10) |
| @pathcheck/dcc-sdk 0.0.27 | ${us(median(samples.pathcheck))} | ${us(least(samples.pathcheck))} | ${ratio("pathcheck")} (target: at most 0.20) |

First verdict of a process, from the import on: ${median(firsts.map(([all]) => all)).toFixed(0)} ms, of which loading takes ${median(firsts.map(([, loaded]) => loaded)).toFixed(0)} ms; the rest is the signer's table and the first verification.

${page}

| module | bytes | after gzip -9 |
|---|---|---|
${sizes.join("\n")}
`;
console.log(report);
if (process.argv.includes("--write")) writeFileSync(new URL("../BENCH.md", import.meta.url), report);

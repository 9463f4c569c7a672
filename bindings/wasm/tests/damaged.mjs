// A hundred thousand damaged texts, and some thousand damaged files of every kind: a verdict or a refusal each time,
// and never a trap.   node damaged.mjs PACKAGE CASES [COUNT]
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { damaged, objectOf, pick, random, textOf } from "./damage.mjs";

const [packageFolder, casesPath, count = "100000"] = process.argv.slice(2);
const { decode, init, summarise, Verifier, verifyCard } = await import(
  pathToFileURL(`${packageFolder}/node.js`)
);
await init();
// As in browsers, where a verifier stays in the module that is loaded first and says when it needs the other.
const first = await import(pathToFileURL(`${packageFolder}/web.js`));
await first.init(readFileSync(`${packageFolder}/core.wasm`));

const cases = readFileSync(casesPath, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
const texts = cases.map(({ text }) => text).filter((text) => typeof text === "string" && text.length < 5_000);
const unbase64 = (text) => new Uint8Array(Buffer.from(text, "base64"));
const filesOf = (list) => cases.flatMap(({ options }) => (options[list] ?? []).map(unbase64));
const trustFiles = [...filesOf("trust"), ...filesOf("authorities")].filter((file) => file.length < 100_000);
const revocationFiles = filesOf("revocation");
const images = cases.filter(({ image }) => image).map(({ image }) => unbase64(image));
const objects = texts.map(objectOf).filter((object) => object !== undefined);
if (texts.length < 100 || objects.length < 100 || images.length === 0) throw new Error("there are too few seeds");

const bytesOf = (text) => new TextEncoder().encode(text);
const textBytes = texts.map(bytesOf);
const textDecoder = new TextDecoder();
const seen = new Map();
const note = (what) => seen.set(what, (seen.get(what) ?? 0) + 1);
let verifier;
const now = "2026-06-01T00:00:00Z";

function judged(result, input) {
  if (result.status === "error") {
    console.error(`a trap: ${Buffer.from(input).toString("base64")}`);
    process.exit(1);
  }
  note(result.code ?? result.status);
  return result;
}

function refusedOr(work) {
  try {
    return work();
  } catch (error) {
    if (error.name !== "TegataError" || error.code === "internal-error") throw error;
    note(error.code);
    return undefined;
  }
}

const trust = [...new Set(filesOf("trust").map((file) => Buffer.from(file).toString("base64")))]
  .map(unbase64)
  .filter((file) => refusedOr(() => (new Verifier({ trust: [file] }).free(), true)))
  .slice(0, 200);
seen.clear();
for (const everything of [false, true]) {
  // First in the module that is loaded first, with what that understands, then in the other.
  if (everything) verifier = new Verifier({ trust });
  else {
    // Together, too: several bundles that revoke need the other module.
    const understood = [];
    for (const file of trust) {
      const wanted = [...understood, file];
      if (wanted.length <= 20 && refusedOr(() => (new first.Verifier({ trust: wanted }).free(), true))) understood.push(file);
    }
    if (understood.length < 5) throw new Error(`core understands ${understood.length} files of trust alone`);
    verifier = new first.Verifier({ trust: understood });
  }
  for (let round = 0; round < Number(count) / 2; round += 1) {
    let text;
    if (random(3) === 0) text = textDecoder.decode(damaged(pick(textBytes), textBytes));
    else text = textOf(damaged(pick(objects), objects));
    const result = refusedOr(() => verifier.verify(text, { now }));
    if (result !== undefined) judged(result, bytesOf(text));
    if (everything && round % 16 === 0) {
      const result = decode(text);
      if (result.status === "error") judged(result, bytesOf(text));
    }
  }
  verifier.free();
}

const FILES = 3_000;
for (let round = 0; round < FILES; round += 1) {
  const file = damaged(pick(trustFiles), trustFiles);
  refusedOr(() => new Verifier({ trust: [file] }).free());
  refusedOr(() => new Verifier({ authorities: [file], signers: [damaged(pick(trustFiles), trustFiles)] }).free());
  const revocation = damaged(pick(revocationFiles), revocationFiles);
  refusedOr(() => new Verifier({ revocation: [revocation] }).free());
  const card = damaged(pick(trustFiles), trustFiles);
  judged(await verifyCard({ "0002": damaged(card, trustFiles), "0003": card, "0004": file }), file);
}
const good = new Verifier({ trust });
for (let round = 0; round < 300; round += 1) {
  const image = damaged(pick(images), images);
  for (const result of await good.verifyImage(image, { now })) judged(result, image);
}
const kept = cases.find(({ expected }) => expected.status === "accepted" && expected.hcert_key === 1);
const result = good.verify(kept.text, { now: kept.now });
const lines = await summarise(result, "ja");
if (lines.length === 0) throw new Error(`nothing works any more: ${result.status} ${result.code}`);
console.log(`${count} texts, ${4 * FILES} files, 300 images: ${seen.size} outcomes, no trap`);
if (seen.size < 30) throw new Error("the damage does not reach deep enough");

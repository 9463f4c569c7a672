// Every case that Rust decided, through the package: the same report, member by member.
//   node cases.mjs PACKAGE CASES
import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [packageFolder, casesPath] = process.argv.slice(2);
const { init, Verifier } = await import(pathToFileURL(`${packageFolder}/node.js`));
await init();

const LISTS = ["trust", "authorities", "signers", "anchors", "revocation"];
const unbase64 = (text) => new Uint8Array(Buffer.from(text, "base64"));

/** Files given by path are many and the same for many cases. */
let shared = { paths: undefined, verifier: undefined };

function verifierOf(options) {
  if (options.trust_files) {
    const paths = options.trust_files.join("\n");
    if (paths !== shared.paths) {
      const trust = options.trust_files.map((path) => new Uint8Array(readFileSync(path)));
      shared = { paths, verifier: new Verifier({ trust }) };
    }
    return { verifier: shared.verifier, keep: true };
  }
  const files = LISTS.map((list) => [list, (options[list] ?? []).map(unbase64)]);
  return { verifier: new Verifier({ ...options, ...Object.fromEntries(files) }), keep: false };
}

const counts = { texts: 0, images: 0, accepted: 0, rejected: 0, undetermined: 0 };
const problems = [];
for await (const line of createInterface({ input: createReadStream(casesPath) })) {
  const { id, now, options, text, image, image_file: imageFile, expected } = JSON.parse(line);
  const { verifier, keep } = verifierOf(options);
  let results;
  if (typeof text === "string") {
    results = verifier.verify(text, { now });
    counts.texts += 1;
  } else {
    results = await verifier.verifyImage(image ? unbase64(image) : new Uint8Array(readFileSync(imageFile)), { now });
    counts.images += 1;
  }
  for (const { status } of [results].flat()) counts[status] += 1;
  try {
    assert.deepEqual(results, expected);
    // A certificate that is not accepted has no payload to mistake for one that is.
    for (const result of [results].flat()) assert.equal("payload" in result, result.status === "accepted");
  } catch (error) {
    const seen = [results].flat().map((result) => `${result.status} ${result.stage} ${result.code}`);
    problems.push(`${id}: ${seen.join("; ")}: ${error.message.split("\n")[0]}`);
  }
  if (!keep) verifier.free();
}
console.log(JSON.stringify(counts));
if (counts.texts < 100 || counts.accepted < 20) problems.push("there are too few cases for this to mean anything");
for (const problem of problems.slice(0, 40)) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

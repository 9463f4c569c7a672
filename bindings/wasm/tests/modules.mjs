// Every text that Rust judged, and damaged ones made of each, through both modules themselves: the small one says the same
// as the other, byte by byte, or that the other has to be asked.
//   node modules.mjs PACKAGE CASES
import assert from "node:assert/strict";
import { createReadStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { bent, damaged, objectOf, textOf } from "./damage.mjs";

const [packageFolder, casesPath] = process.argv.slice(2);
const { bytesOf, write } = await import(pathToFileURL(`${packageFolder}/loader.js`));
const module = async (name) =>
  (await WebAssembly.instantiate(readFileSync(`${packageFolder}/${name}.wasm`), {})).instance.exports;
const core = await module("core");
const more = await module("more");

// As the modules have them.
const LISTS = ["anchors", "trust", "authorities", "signers", "revocation"];
const FLAGS = ["strict", "allowP384UnderEs256", "allowRsa1024", "allowSignerOutlivesAuthority"];
const NEEDS_MORE = -1;
/** The WHO's profiles and health links. */
const OF_MORE = [-6, 3, 4, 5];
/** What is wrong with a text that fails one of these, the other module tells. */
const FORM = ["base45", "compression", "cose", "claims", "schema"];
/** How many damaged ones are made of each. */
const DAMAGED = 40;
/** Certificates that are well-formed and genuine, but of forms that no known issuer sends: the small module judges none. */
const UNUSUAL = new Set(
  [
    "indefinite-length",
    "fraction",
    "many-fields",
    "long-field-name",
    "field-name-of-a-digit",
    "field-name-of-a-minus",
    "wide-integer-key",
    "tagged-float-date",
  ].map((name) => `accepted::${name}`),
);

const unbase64 = (text) => new Uint8Array(Buffer.from(text, "base64"));
const flagsOf = (options) => FLAGS.reduce((flags, name, place) => flags | (options[name] ? 1 << place : 0), 0);
const outputOf = (exports) =>
  new TextDecoder().decode(new Uint8Array(exports.memory.buffer, exports.output() >>> 0, exports.output_length()));

/** The number of a verifier of these options, or a status below 0. */
function verifierIn(exports, options, files) {
  const sequence = options.minimumSequence ?? 0;
  exports.verifier_begin(flagsOf(options), options.skewSeconds ?? 0, Math.floor(sequence / 2 ** 32), sequence % 2 ** 32);
  for (const { list, bytes } of files) {
    write(exports, bytes);
    const status = exports.verifier_add(LISTS.indexOf(list));
    if (status !== 0) return status;
  }
  return exports.verifier_finish();
}

/** What a verifier says, as it stands in the output; undefined where it says that the other module is needed. */
function verdictOf(exports, verifier, now, text) {
  const time = bytesOf(now);
  // Of an earlier call something may stand in the output.
  exports.failed_image(1);
  write(exports, time, bytesOf(text));
  const status = exports.verify(verifier, time.length);
  if (status === NEEDS_MORE) {
    assert.equal(exports.output_length(), 0, "with a status that is no verdict, the output is empty");
    return undefined;
  }
  assert.equal(status, 0);
  return outputOf(exports);
}

/** Files given by path are many and the same for many cases. */
const made = { paths: undefined, verifiers: undefined };

function verifiersOf(options) {
  const make = (files) => [core, more].map((exports) => verifierIn(exports, options, files));
  if (options.trust_files) {
    const paths = options.trust_files.join("\n");
    if (paths !== made.paths) {
      made.paths = paths;
      made.verifiers = make(options.trust_files.map((path) => ({ list: "trust", bytes: readFileSync(path) })));
    }
    return { verifiers: made.verifiers, keep: true };
  }
  const files = LISTS.flatMap((list) => (options[list] ?? []).map((file) => ({ list, bytes: unbase64(file) })));
  return { verifiers: make(files), keep: false };
}

/** Whether the other module has to be asked; an unknown profile is known to be none in either. */
const isUnknown = (key) => key !== 1 && key !== -392;
const isOfMore = (id, { hcert_key: key, checks }) =>
  UNUSUAL.has(id) ||
  OF_MORE.includes(key) ||
  FORM.some((stage) => checks[stage] === "fail") ||
  (checks.schema === "undetermined" && !isUnknown(key));

const counts = { judged: 0, filesNeedMore: 0, profileNeedsMore: 0, formNeedsMore: 0, damaged: 0, damagedNeedMore: 0 };
const problems = [];
/** Which of the unusual ones the small module was given, and left. */
const unusual = new Set();
for await (const line of createInterface({ input: createReadStream(casesPath) })) {
  const { id, now, options, text, expected } = JSON.parse(line);
  if (typeof text !== "string") continue;
  const { verifiers, keep } = verifiersOf(options);
  const [small, whole] = verifiers;
  try {
    const said = verdictOf(more, whole, now, text);
    assert.deepEqual(JSON.parse(said), expected);
    if (small < 0) {
      assert.equal(small, NEEDS_MORE);
      counts.filesNeedMore += 1;
    } else {
      const verdict = verdictOf(core, small, now, text);
      if (verdict === undefined) {
        assert.ok(isOfMore(id, expected), "the small module did not judge what it can");
        if (UNUSUAL.has(id)) unusual.add(id);
        counts[OF_MORE.includes(expected.hcert_key) ? "profileNeedsMore" : "formNeedsMore"] += 1;
      } else {
        assert.ok(!isOfMore(id, expected), "the small module judged what it cannot");
        assert.equal(verdict, said);
        counts.judged += 1;
      }
      const object = objectOf(text);
      for (let round = 0; object !== undefined && object.length < 5_000 && round < DAMAGED; round += 1) {
        const worse = textOf(round % 4 === 0 ? damaged(object, [object]) : bent(object));
        const verdict = verdictOf(core, small, now, worse);
        if (verdict === undefined) counts.damagedNeedMore += 1;
        else assert.equal(verdict, verdictOf(more, whole, now, worse), worse);
        counts.damaged += 1;
      }
    }
  } catch (error) {
    problems.push(`${id}: ${error.message.split("\n")[0]}`);
  }
  if (!keep) [core, more].forEach((exports, place) => verifiers[place] >= 0 && exports.verifier_free(verifiers[place]));
}
console.log(JSON.stringify(counts));
if (counts.judged < 100 || counts.filesNeedMore < 5 || counts.profileNeedsMore < 5 || counts.formNeedsMore < 20 || counts.damaged - counts.damagedNeedMore < 1_000) {
  problems.push("there are too few cases for this to mean anything");
}
for (const id of UNUSUAL) {
  if (!unusual.has(id)) problems.push(`${id} was not among the cases that the small module left`);
}
for (const problem of problems.slice(0, 40)) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

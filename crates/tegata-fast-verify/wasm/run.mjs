// Runs cases through the WebAssembly module: node run.mjs MODULE.wasm CASES [--time]
// A case has 162 bytes: a key, a hash, a signature r‖s, and 1 where it verifies.
import { readFileSync } from "node:fs";

const [modulePath, casesPath, option] = process.argv.slice(2);
const KEY = 65;
const CASE = KEY + 32 + 64;

const { instance } = await WebAssembly.instantiate(readFileSync(modulePath), {});
const { memory, case: address, prepare, prepare_small: prepareSmall, verify } = instance.exports;
const cases = readFileSync(casesPath);
if (cases.length === 0 || cases.length % (CASE + 1) !== 0) throw new Error("no whole number of cases");

const write = (bytes) => new Uint8Array(memory.buffer, address(), CASE).set(bytes);

let wrong = 0;
for (const [table, prepare_] of [["large", prepare], ["small", prepareSmall]]) {
  const counts = { verified: 0, refused: 0, badKeys: 0, wrong: 0 };
  let key;
  let prepared;
  for (let at = 0; at < cases.length; at += CASE + 1) {
    const bytes = cases.subarray(at, at + CASE);
    const expected = cases[at + CASE] === 1;
    write(bytes);
    if (key === undefined || !bytes.subarray(0, KEY).equals(key)) {
      key = bytes.subarray(0, KEY);
      prepared = prepare_();
    }
    if (prepared === 2) throw new Error(`case ${at / (CASE + 1)}: the table failed a check`);
    const valid = prepared === 0 && verify() === 0;
    if (prepared === 1) counts.badKeys += 1;
    else if (valid) counts.verified += 1;
    else counts.refused += 1;
    if (valid !== expected) {
      counts.wrong += 1;
      console.error(`case ${at / (CASE + 1)}: expected ${expected}, is ${valid}`);
    }
  }
  wrong += counts.wrong;
  console.log(`${cases.length / (CASE + 1)} cases with ${table} tables: ${JSON.stringify(counts)}`);
}

if (option === "--time") {
  write(cases.subarray(0, CASE));
  // The fastest of many short batches: what else the machine does only adds to the others.
  const fastest = (work, count) => {
    let least = Infinity;
    for (let batch = 0; batch < 300; batch += 1) {
      const start = process.hrtime.bigint();
      for (let i = 0; i < count; i += 1) work();
      least = Math.min(least, Number(process.hrtime.bigint() - start) / count / 1000);
    }
    return least.toFixed(1);
  };
  for (const [name, prepare_] of [["large", prepare], ["small", prepareSmall]]) {
    console.log(`µs: ${name} table ${fastest(prepare_, 1)}, verification ${fastest(verify, 10)}`);
  }
}
process.exitCode = wrong === 0 ? 0 : 1;

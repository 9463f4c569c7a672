// Verifiers that take turns, in Node and in a browser alike.
import { verify as verifyWithNoble } from "./noble.mjs";

const COUNTS = { tegata: 100, once: 10, noble: 10, pathcheck: 20 };
export const ROUNDS = 31;

/** What verifies the vector: this package with its key ready, with a key it has never seen, and noble. */
export function contendersOf({ Verifier }, { text, der, publicKey, now }) {
  const at = new Date(now);
  const verifier = new Verifier({ trust: [der] });
  return {
    tegata: () => verifier.verify(text, { now: at }).status === "accepted",
    once: () => {
      const stranger = new Verifier({ trust: [der] });
      const isAccepted = stranger.verify(text, { now: at }).status === "accepted";
      stranger.free();
      return isAccepted;
    },
    noble: () => verifyWithNoble(text, publicKey, at) !== undefined,
  };
}

/** The median and the least time of one verification of each, in microseconds. */
export async function race(contenders) {
  const all = Object.entries(contenders);
  for (const [name, verify] of all) if (!(await verify())) throw new Error(`${name} does not accept what it should`);
  const batch = async (verify, count) => {
    const start = performance.now();
    for (let left = count; left > 0; left -= 1) await verify();
    return ((performance.now() - start) * 1000) / count;
  };
  for (const [name, verify] of all) await batch(verify, COUNTS[name] * 5);
  const samples = Object.fromEntries(all.map(([name]) => [name, []]));
  // In turn, so that what else the machine does meets all of them alike.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, verify] of all) samples[name].push(await batch(verify, COUNTS[name]));
  }
  return Object.fromEntries(Object.entries(samples).map(([name, list]) => {
    list.sort((a, b) => a - b);
    return [name, { median: list[list.length >> 1], least: list[0] }];
  }));
}

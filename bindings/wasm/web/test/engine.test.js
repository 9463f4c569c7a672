// The page's engine with a package that fails when it is told to: what is lost is made anew, and nothing newer is undone.

import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A package whose trust files are numbers: the bundle's sequence. 13 is refused; what is made waits for `control.hold`. */
const PACKAGE = `
  export const control = { hold: undefined, lose: new Set(), made: 0, reply: () => ({ status: "accepted" }) };
  export const init = async () => {};
  export const loadMore = async () => {};
  export const summarise = async () => { throw Object.assign(new Error(), { code: "internal-error" }); };
  const failure = (code) => Object.assign(new Error(code), { name: "TegataError", code });
  export class Verifier {
    static async create({ trust }) {
      await control.hold;
      if (trust[0]?.[0] === 13) throw failure("bundle-signature");
      control.made += 1;
      const verifier = new Verifier();
      verifier.sequence = trust[0]?.[0];
      verifier.trust = { signers: trust.length, left_out: [], bundles: trust.map(([sequence], index) => ({ index, sequence, proven: true })) };
      return verifier;
    }
    async verifyAsync(text) {
      if (this.isFree || control.lose.delete(this.sequence)) throw failure("freed");
      return { ...control.reply(), by: this.sequence };
    }
    free() { this.isFree = true; }
  }
`;
const folder = mkdtempSync(join(tmpdir(), "tegata-engine-"));
let Engine, control;

before(async () => {
  mkdirSync(join(folder, "package"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "package/web.js"), PACKAGE);
  cpSync(fileURLToPath(new URL("../js", import.meta.url)), join(folder, "js"), { recursive: true });
  ({ Engine } = await import(pathToFileURL(join(folder, "js/engine.js")).href));
  ({ control } = await import(pathToFileURL(join(folder, "package/web.js")).href));
});
after(() => rmSync(folder, { recursive: true }));
beforeEach(() => Object.assign(control, { hold: undefined, made: 0, reply: () => ({ status: "accepted" }) }));

const files = (...trust) => ({ trust: trust.map((sequence) => Uint8Array.of(sequence)), anchors: [Uint8Array.of(0)], authorities: [], signers: [], revocation: [] });

/** A store that keeps in memory; what it has not rejects. */
function storeOf({ stored, offered, isBundleAlone = true }) {
  const get = (found) => (found === undefined ? Promise.reject(new Error("no network")) : Promise.resolve(found));
  const store = { isBundleAlone, isKept: true, kept: [], offered: () => get(offered), stored: () => get(stored), withoutTrust: async () => files() };
  store.keep = async (found) => void store.kept.push(found.trust[0][0]);
  return store;
}
const start = (store) => Engine.start(store, Promise.resolve());
const judge = async (engine) => (await engine.verify("text")).result;
const file = (sequence) => new Blob([Uint8Array.of(sequence)]);

test("what is on the device is used; what cannot be used gives way to what the origin has, which is kept", async () => {
  let store = storeOf({ stored: files(5), offered: files(9) });
  assert.equal((await judge(await start(store))).by, 5);
  assert.deepEqual(store.kept, []);
  store = storeOf({ stored: files(13), offered: files(9) });
  const engine = await start(store);
  assert.equal((await judge(engine)).by, 9);
  assert.deepEqual([store.kept, engine.refusal], [[9], null]);
  store = storeOf({ offered: files(9) });
  assert.equal((await judge(await start(store))).by, 9);
});

test("what the origin had at the first visit is kept at once, and nothing that cannot be used", async () => {
  const store = Object.assign(storeOf({ stored: files(5) }), { isKept: false });
  await start(store);
  assert.deepEqual(store.kept, [5]);
  const broken = Object.assign(storeOf({ stored: files(13) }), { isKept: false });
  await start(broken);
  assert.deepEqual(broken.kept, []);
});

test("with nothing that can be used nothing is trusted, and a bundle can still be taken", async () => {
  for (const offered of [undefined, files(13)]) {
    const store = storeOf({ stored: files(13), offered });
    const engine = await start(store);
    assert.deepEqual([engine.trust.signers, engine.refusal.code], [0, "bundle-signature"]);
    assert.deepEqual(store.kept, []);
    assert.equal((await engine.take(file(13))).outcome, "refused");
    assert.equal((await engine.take(file(7))).outcome, "refreshed");
    assert.deepEqual([(await judge(engine)).by, store.kept], [7, [7]]);
  }
  // The lists that belong to the bundle would be missing beside it.
  const engine = await start(storeOf({ isBundleAlone: false }));
  assert.equal((await engine.take(file(7))).outcome, "offline");
  assert.equal(engine.trust.signers, 0);
});

test("without the anchors the page does not start", async () => {
  const store = storeOf({});
  store.withoutTrust = () => Promise.reject(new Error("no network"));
  await assert.rejects(start(store));
});

test("a verifier that was lost is made anew, and the verification repeated once", async () => {
  const engine = await start(storeOf({ stored: files(5), offered: files(5) }));
  control.lose.add(5);
  assert.equal((await judge(engine)).by, 5);
  assert.equal(control.made, 2);
  // Two at once that were lost with it share the new one.
  const lost = control.made;
  control.lose = { delete: () => control.made === lost };
  assert.deepEqual((await Promise.all([judge(engine), judge(engine)])).map(({ by }) => by), [5, 5]);
  assert.equal(control.made, lost + 1);
  control.lose = new Set();
  control.made = 2;
  // After a fault there is no verdict, and the next one has a verifier.
  control.reply = () => ({ status: "error" });
  assert.equal((await judge(engine)).status, "error");
  assert.equal(control.made, 3);
  control.reply = () => ({ status: "accepted" });
  assert.equal((await judge(engine)).status, "accepted");
});

test("a summary that fails is none", async () => {
  const engine = await start(storeOf({ stored: files(5) }));
  const verdict = await engine.verify("text");
  await engine.complete([verdict]);
  assert.equal(verdict.summary, "failed");
});

test("what is made anew does not take the place of what is newer", async () => {
  const store = storeOf({ stored: files(5), offered: files(6) });
  const engine = await start(store);
  let release;
  control.hold = new Promise((resolve) => (release = resolve));
  control.lose.add(5);
  // The lost one is being made anew while newer trust data comes in, and the other way round.
  const [first, refreshed, second] = [judge(engine), engine.refresh(), judge(engine)];
  setTimeout(release, 20);
  assert.equal((await refreshed).outcome, "refreshed");
  await Promise.all([first, second]);
  assert.equal(engine.trust.bundles[0].sequence, 6);
  assert.equal((await judge(engine)).by, 6);
});

test("of two renewals at once the newer one is used and kept, whichever ends first", async () => {
  for (const isFileFirst of [true, false]) {
    const store = storeOf({ stored: files(5), offered: files(6) });
    const keep = store.keep;
    store.keep = async (found) => {
      // The older one is slower to be written.
      await new Promise((resolve) => setTimeout(resolve, found.trust[0][0] === 6 ? 30 : 1));
      await keep(found);
    };
    const engine = await start(store);
    const tasks = [() => engine.take(file(8)), () => engine.refresh()];
    if (!isFileFirst) tasks.reverse();
    await Promise.all(tasks.map((task) => task()));
    assert.equal(engine.trust.bundles[0].sequence, 8);
    assert.equal(store.kept.at(-1), 8);
  }
});

test("a browser that keeps nothing does not stop a renewal", async () => {
  const store = storeOf({ stored: files(5), offered: files(6) });
  store.keep = () => Promise.reject(new DOMException("", "QuotaExceededError"));
  const engine = await start(store);
  assert.equal((await engine.refresh()).outcome, "refreshed");
  assert.equal((await judge(engine)).by, 6);
});

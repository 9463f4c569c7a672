// The package as npm packs it: what is in it, installed into a project of somebody else, used there, and its types.
//   node packed.mjs PACKAGE
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const [packageFolder] = process.argv.slice(2);
const here = fileURLToPath(new URL("./", import.meta.url));
const root = fileURLToPath(new URL("../../../", import.meta.url));
const run = (program, args, cwd) => execFileSync(program, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

const FILES = [
  "LICENSE-APACHE",
  "LICENSE-MIT",
  "README.md",
  "camera.wasm",
  "card.js",
  "core.wasm",
  "errors.js",
  "image.js",
  "index.d.ts",
  "loader.js",
  "more.wasm",
  "node.js",
  "outcomes.d.ts",
  "outcomes.js",
  "package.json",
  "test-symbol.js",
  "verifier.js",
  "web.js",
];

const project = mkdtempSync(join(tmpdir(), "tegata-verifier-"));
try {
  const [packed] = JSON.parse(run("npm", ["pack", "--json", "--silent", "--pack-destination", project], packageFolder));
  assert.deepEqual(packed.files.map(({ path }) => path).sort(), FILES);
  const manifest = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
  for (const none of ["dependencies", "peerDependencies", "optionalDependencies", "scripts", "bin"]) {
    assert.ok(!(none in manifest), none);
  }
  const versions = readFileSync(join(root, "Cargo.toml"), "utf8").match(/^version = "(.*)"$/m);
  assert.equal(manifest.version, versions[1], "the package has the version of the workspace");

  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "somebody", private: true, type: "module" }));
  run("npm", ["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", packed.filename], project);
  const data = join(root, "crates/tegata/examples/data");
  const script = `
    import { readFileSync } from "node:fs";
    import init, { Verifier } from "@tegata/verifier";
    import { outcomes } from "@tegata/verifier/outcomes";
    const [signer, certificate, forged] = process.argv.slice(2).map((path) => readFileSync(path));
    await init();
    const verifier = new Verifier({ trust: [signer] });
    const verdict = (text) => verifier.verify(text.toString(), { now: "2026-06-01T09:00:00+09:00" });
    console.log(verdict(certificate).status, verdict(forged).code, outcomes["signature-invalid"].number);
  `;
  writeFileSync(join(project, "use.js"), script);
  const files = ["signer.pem", "certificate.txt", "forged.txt"].map((name) => join(data, name));
  assert.equal(run("node", ["use.js", ...files], project), "accepted signature-invalid 1305\n");

  // The ten lines of the README are what they are said to be.
  const readme = readFileSync(join(packageFolder, "README.md"), "utf8").match(/```js\n([^`]*)```/)[1];
  writeFileSync(
    join(project, "readme.mjs"),
    `import { readFileSync } from "node:fs";
    const trustBundle = new Uint8Array(readFileSync(process.argv[2]));
    const text = readFileSync(process.argv[3], "utf8");
    const show = (payload) => console.log("shown", typeof payload);
    const explain = (...why) => console.log("explained", ...why);
    ${readme.replaceAll("new Date()", '"2026-06-01T09:00:00+09:00"')}`,
  );
  assert.equal(run("node", ["readme.mjs", files[0], files[1]], project), "shown object\n");
  assert.match(run("node", ["readme.mjs", files[0], files[2]], project), /^explained rejected signature-invalid /);

  // For browsers another file is meant, and both have the same names.
  const names = (path) => Object.keys(JSON.parse(run("node", ["-e", path], project))).sort();
  const exported = (file) => names(`import("./node_modules/@tegata/verifier/${file}").then((all) => console.log(JSON.stringify({...all, ...Object.fromEntries(Object.keys(all).map((name) => [name, 1]))})))`);
  assert.deepEqual(exported("web.js"), exported("node.js"));

  // In a project with the types of browsers, and in one with those of the language alone.
  cpSync(join(here, "types"), project, { recursive: true });
  for (const settings of ["tsconfig.json", "plain.json"]) {
    run("node", [join(here, "node_modules/typescript/bin/tsc"), "-p", join(project, settings)], project);
  }
  console.log(`${packed.filename}: ${packed.size} bytes, installed, used, types checked`);
} finally {
  rmSync(project, { recursive: true, force: true });
}

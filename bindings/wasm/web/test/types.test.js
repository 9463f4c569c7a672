// The page's types, which stand in its comments, against those of the package.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const OPTIONS = {
  allowJs: true, checkJs: true, noEmit: true, target: "es2024", module: "esnext", moduleResolution: "bundler", types: [],
  lib: ["esnext", "dom", "dom.iterable"], strictNullChecks: true, strictBindCallApply: true, noImplicitThis: true,
};

test("every use fits its type", () => {
  const page = fileURLToPath(new URL("..", import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), "tegata-types-"));
  mkdirSync(join(folder, "package"));
  cpSync(join(page, "js"), join(folder, "js"), { recursive: true });
  for (const [from, to] of [["index.d.ts", "web.d.ts"], ["outcomes.d.ts", "outcomes.d.ts"]]) {
    cpSync(join(page, "../package", from), join(folder, "package", to));
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: OPTIONS, include: ["js"] }));
  const compiler = createRequire(import.meta.url).resolve("typescript/bin/tsc");
  let told = "";
  try {
    execFileSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
  } catch (error) {
    told = error.stdout;
  }
  rmSync(folder, { recursive: true });
  assert.equal(told, "");
});

// What can be told without an editor: that nothing is left untranslated, and that snippets are provisions.
//
//   node --test unit.mjs        with POLIS_BIN the program

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";

const extension = path.resolve(import.meta.dirname, "..");
const read = (name) => readFileSync(path.join(extension, name), "utf8");
const json = (name) => JSON.parse(read(name));

test("every text of the manifest is there in both languages, and each is used", () => {
  const used = new Set([...read("package.json").matchAll(/"%([^%]+)%"/gu)].map((it) => it[1]));
  assert.ok(used.size > 20);
  for (const name of ["package.nls.json", "package.nls.zh-cn.json"]) {
    assert.deepEqual(Object.keys(json(name)).sort(), [...used].sort(), name);
  }
});

test("every message of the code has a translation, and no other has one", () => {
  const source = readdirSync(path.join(extension, "src")).map((it) => read(`src/${it}`)).join("\n");
  const said = [...source.matchAll(/l10n\.t\(\s*"((?:[^"\\]|\\.)*)"/gu)].map((it) => it[1]);
  assert.ok(said.length > 20);
  assert.equal(said.length, source.split("l10n.t(").length - 1, "a message that is not a plain text");
  const bundle = json("l10n/bundle.l10n.zh-cn.json");
  assert.deepEqual(Object.keys(bundle).sort(), [...new Set(said)].sort());
  for (const [english, chinese] of Object.entries(bundle)) {
    const places = (text) => (text.match(/\{\d\}|\$\([a-z-]+\)|`[^`]*`/gu) ?? []).sort();
    assert.deepEqual(places(chinese), places(english), english);
  }
});

test("every command of the manifest is registered, and every other is called by the server", () => {
  const source = read("src/extension.ts");
  const registered = [...source.matchAll(/^ {4}"(polis\.[A-Za-z]+)":/gmu)].map((it) => it[1]);
  const declared = json("package.json").contributes.commands.map((it) => it.command);
  assert.deepEqual(registered.filter((it) => it !== "polis.showReferences").sort(), declared.sort());
});

test("snippets are provisions in which only names are missing", () => {
  let count = 0;
  const folder = mkdtempSync(path.join(tmpdir(), "polis-snippets-"));
  for (const face of ["zh", "en"]) {
    for (const [name, { body }] of Object.entries(json(`snippets/${face}.json`))) {
      const text = body
        .join("\n")
        .replace(/\$\{\d+\|([^,|]*)[^}]*\|\}/gu, "$1")
        .replace(/\$\{\d+:([^{}]*)\}/gu, "$1");
      assert.ok(!text.includes("$"), text);
      const isValue = /^(分情形|cases)/u.test(text);
      const whole = isValue ? `param x { value: ${text} }\n` : `${text}\n`;
      const file = path.join(folder, "a.pol");
      writeFileSync(file, whole);
      const { stdout } = spawnSync(process.env.POLIS_BIN, ["check", file, "--format", "json"], { encoding: "utf8" });
      const codes = JSON.parse(stdout).diagnostics.map((it) => it.code);
      assert.deepEqual(codes.filter((it) => it !== "unknown-name"), [], `${name}\n${whole}`);
      // What the formatter would change is no model.
      if (!isValue) assert.doesNotThrow(() => execFileSync(process.env.POLIS_BIN, ["fmt", "--check", file], { stdio: "pipe" }), whole);
      count += 1;
    }
  }
  assert.ok(count >= 20);
});

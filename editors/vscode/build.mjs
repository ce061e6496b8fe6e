// Builds the extension into dist/, and copies the grammar, which has one source: grammar/polis.tmLanguage.json.

import { build } from "esbuild";
import { copyFileSync, mkdirSync } from "node:fs";

const production = process.argv.includes("--production");

mkdirSync("syntaxes", { recursive: true });
copyFileSync("../../grammar/polis.tmLanguage.json", "syntaxes/polis.tmLanguage.json");

await build({
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  platform: "node",
  target: "node18",
  format: "cjs",
  external: ["vscode"],
  minify: production,
  sourcemap: !production,
});

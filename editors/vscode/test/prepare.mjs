// Makes a VS Code that runs in a browser: code-server from npm, installed without its scripts, which would download
// programs and compile modules that these tests do without.

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const codeServer = path.join(here, "node_modules/code-server");
const vscode = path.join(codeServer, "lib/vscode");
const done = path.join(here, "node_modules/.prepared");

const npm = (words, folder) =>
  execFileSync("npm", [...words, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    stdio: "inherit",
  });

export function prepare() {
  const entry = path.join(codeServer, "out/node/entry.js");
  const lock = readFileSync(path.join(here, "package-lock.json"), "utf8");
  if (existsSync(done) && readFileSync(done, "utf8") === lock) return entry;
  npm(["ci"], here);
  npm(["install", "--omit=dev"], vscode);

  // Hashes passwords; there are none (`--auth none`).
  writeFileSync(path.join(here, "node_modules/argon2/argon2.js"), "module.exports = {};\n");

  // Its own comes from a download.
  const bin = path.join(vscode, "node_modules/@vscode/ripgrep/bin");
  mkdirSync(bin, { recursive: true });
  rmSync(path.join(bin, "rg"), { force: true });
  symlinkSync(execFileSync("which", ["rg"], { encoding: "utf8" }).trim(), path.join(bin, "rg"));

  // As the install script of code-server has it.
  rmSync(path.join(vscode, "node_modules.asar"), { force: true });
  symlinkSync("node_modules", path.join(vscode, "node_modules.asar"));
  writeFileSync(done, lock);
  return entry;
}

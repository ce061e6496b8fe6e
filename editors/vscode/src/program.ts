// The program `polis`: where it is, and calls of it.

import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";

/** Where the program was found, or what was looked at in vain. */
export type Found = { path: string } | { missing: string };

const NAME = process.platform === "win32" ? "polis.exe" : "polis";

/** The program that the settings name; else the one that comes with the extension; else the one on PATH. */
export function find(context: vscode.ExtensionContext): Found {
  const named = vscode.workspace.getConfiguration("polis").get<string>("server.path", "").trim();
  if (named !== "") {
    // Who names one wants that and no other.
    const wanted = expand(named);
    if (runs(wanted)) return { path: wanted };
    return { missing: vscode.l10n.t("The setting `polis.server.path` names {0}, which is no program.", wanted) };
  }
  const bundled = context.asAbsolutePath(path.join("server", NAME));
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter((it) => path.isAbsolute(it));
  const all = [bundled, ...folders.map((it) => path.join(it, NAME))];
  const first = all.find(runs);
  if (first !== undefined) return { path: first };
  return {
    missing: vscode.l10n.t(
      "The program `polis` comes neither with this extension nor is it on PATH. Install it with `cargo install --path crates/polis`, or say in the setting `polis.server.path` where it is.",
    ),
  };
}

function expand(named: string): string {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? "";
  const home = named.replace(/^~(?=[/\\]|$)/, homedir()).replaceAll("${workspaceFolder}", folder);
  return path.isAbsolute(home) || folder === "" ? home : path.join(folder, home);
}

function runs(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The program, or nothing after the user was told that there is none. */
export async function findOrTell(context: vscode.ExtensionContext): Promise<string | undefined> {
  const found = find(context);
  if ("path" in found) return found.path;
  await tellMissing(found.missing);
  return undefined;
}

/** Tells that there is no program, and what to do. */
export async function tellMissing(missing: string): Promise<void> {
  const settings = vscode.l10n.t("Open the setting");
  if ((await vscode.window.showErrorMessage(missing, settings)) === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "polis.server.path");
  }
}

/** The language of messages: that of the settings, or of the editor. */
export function language(): "zh" | "en" {
  const set = vscode.workspace.getConfiguration("polis").get<string>("language", "auto");
  if (set === "zh" || set === "en") return set;
  return vscode.env.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** What a call of the program said. */
export interface Said {
  /** 0 all is well, 1 something was found, 2 wrong usage. */
  code: number;
  out: string;
  err: string;
}

/** Calls the program. Fails only where it cannot be started, or was cancelled. */
export function call(
  program: string,
  words: readonly string[],
  folder: string,
  token?: vscode.CancellationToken,
): Promise<Said> {
  return new Promise((resolve, reject) => {
    const all = [...words, "--lang", language(), "--color", "never"];
    const child = execFile(
      program,
      all,
      { cwd: folder, maxBuffer: 256 * 1024 * 1024, encoding: "utf8" },
      (error, out, err) => {
        cancel?.dispose();
        if (error === null) resolve({ code: 0, out, err });
        else if (typeof error.code === "number") resolve({ code: error.code, out, err });
        else reject(error);
      },
    );
    const cancel = token?.onCancellationRequested(() => child.kill());
  });
}

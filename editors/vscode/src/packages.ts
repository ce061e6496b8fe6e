// The packages of the workspace: folders with a `polis.toml`.

import * as path from "node:path";
import * as vscode from "vscode";

export interface Package {
  name: string;
  title: string;
  folder: string;
}

/** Every package, by name. */
export async function packages(): Promise<Package[]> {
  const manifests = await vscode.workspace.findFiles("**/polis.toml", "**/{node_modules,target}/**");
  const all = await Promise.all(manifests.map(read));
  return all.filter((it) => it !== undefined).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The package that a file lies in: that of the nearest manifest above it. */
export async function packageOf(file: vscode.Uri): Promise<Package | undefined> {
  const root = vscode.workspace.getWorkspaceFolder(file)?.uri.fsPath ?? path.parse(file.fsPath).root;
  for (let folder = path.dirname(file.fsPath); ; folder = path.dirname(folder)) {
    const found = await read(vscode.Uri.file(path.join(folder, "polis.toml")));
    if (found !== undefined) return found;
    if (folder === root || folder === path.dirname(folder)) return undefined;
  }
}

async function read(manifest: vscode.Uri): Promise<Package | undefined> {
  let text: string;
  try {
    text = Buffer.from(await vscode.workspace.fs.readFile(manifest)).toString("utf8");
  } catch {
    return undefined;
  }
  // The manifest of a workspace has no such part.
  const part = /^\s*\[package\]\s*$([^[]*)/mu.exec(text)?.[1];
  if (part === undefined) return undefined;
  const value = (key: string) => new RegExp(`^\\s*${key}\\s*=\\s*"([^"]*)"`, "mu").exec(part)?.[1];
  const folder = path.dirname(manifest.fsPath);
  const name = value("name") ?? path.basename(folder);
  return { name, title: value("title") ?? name, folder };
}

/** The package of the file that is open, or one that the user picks. */
export async function choosePackage(): Promise<Package | undefined> {
  const open = vscode.window.activeTextEditor?.document;
  const here = open?.languageId === "polis" ? await packageOf(open.uri) : undefined;
  if (here !== undefined) return here;
  const picked = await vscode.window.showQuickPick(items(await packages()), {
    placeHolder: vscode.l10n.t("Which package?"),
    matchOnDescription: true,
  });
  return picked?.item;
}

/** Several packages that the user picks, in the order of their names. */
export async function choosePackages(placeHolder: string, least: number): Promise<Package[] | undefined> {
  const all = await packages();
  const picked = await vscode.window.showQuickPick(items(all), { canPickMany: true, placeHolder, matchOnDescription: true });
  if (picked === undefined) return undefined;
  if (picked.length >= least) return picked.map((it) => it.item);
  void vscode.window.showWarningMessage(vscode.l10n.t("Pick at least {0} packages.", least));
  return undefined;
}

function items(all: Package[]) {
  return all.map((item) => ({ label: item.title, description: item.name, item }));
}

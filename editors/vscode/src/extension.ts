// What VS Code starts: the server, the tests, the commands.

import * as vscode from "vscode";
import type { Location, Position } from "vscode-languageclient/node";
import { choosePackage, choosePackages } from "./packages";
import { show } from "./panels";
import { findOrTell } from "./program";
import { Server } from "./server";
import { Status, menu } from "./status";
import { Tests } from "./tests";

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const status = new Status();
  const program = () => findOrTell(context);
  const tests = new Tests(program);
  const started = new Server(context, status, (file, title) => tests.runFile(file, title));
  server = started;
  const commands: Record<string, (...words: never[]) => unknown> = {
    "polis.showSimulation": () => simulation(program),
    "polis.showMatrix": () => matrix(program),
    "polis.showComparison": () => comparison(program),
    "polis.showDiff": () => diff(program),
    "polis.showWhy": () => why(program),
    "polis.showExplanation": () => explanation(program),
    "polis.runTests": async (uri?: vscode.Uri) => {
      const file = uri ?? vscode.window.activeTextEditor?.document.uri;
      if (file !== undefined) await tests.runFile(file);
    },
    // Called by the lenses of the server.
    "polis.showReferences": (uri: string, position: Position, places: Location[]) =>
      started.showReferences(uri, position, places),
    "polis.restartServer": () => started.restart(),
    "polis.showOutput": () => started.showOutput(),
    "polis.showMenu": menu,
  };
  context.subscriptions.push(
    status,
    tests,
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run)),
    vscode.workspace.onDidChangeConfiguration(async (it) => {
      if (it.affectsConfiguration("polis.server.path") || it.affectsConfiguration("polis.language")) await started.restart();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => started.restart()),
  );
  await started.start();
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

type Program = () => Promise<string | undefined>;

async function simulation(program: Program): Promise<void> {
  const chosen = await choosePackage();
  if (chosen === undefined) return;
  const polis = await program();
  if (polis === undefined) return;
  await vscode.workspace.saveAll();
  await show(polis, vscode.l10n.t("Simulation: {0}", chosen.title), ["simulate", chosen.folder], chosen.folder);
}

async function matrix(program: Program): Promise<void> {
  await several(program, "matrix", vscode.l10n.t("Cities side by side"));
}

async function comparison(program: Program): Promise<void> {
  await several(program, "compare", vscode.l10n.t("Cities on one sample"));
}

/** Runs a command of the program on cities that the user picks. */
async function several(program: Program, command: string, title: string): Promise<void> {
  const chosen = await choosePackages(vscode.l10n.t("Which cities stand side by side?"), 2);
  const first = chosen?.[0];
  if (chosen === undefined || first === undefined) return;
  const polis = await program();
  if (polis === undefined) return;
  await vscode.workspace.saveAll();
  await show(polis, title, [command, ...chosen.map((it) => it.folder)], first.folder);
}

async function diff(program: Program): Promise<void> {
  const chosen = await choosePackages(vscode.l10n.t("Which two packages are compared?"), 2);
  const polis = chosen && (await program());
  const [a, b] = chosen ?? [];
  if (polis === undefined || a === undefined || b === undefined) return;
  await vscode.workspace.saveAll();
  await show(polis, vscode.l10n.t("Differences: {0} and {1}", a.title, b.title), ["diff", a.folder, b.folder], a.folder);
}

async function why(program: Program): Promise<void> {
  const chosen = await choosePackage();
  if (chosen === undefined) return;
  const name = await vscode.window.showInputBox({
    prompt: vscode.l10n.t("Which provision? Its name as in the text."),
    value: wordAtCursor() ?? "",
  });
  if (!name) return;
  const place = await vscode.window.showInputBox({
    prompt: vscode.l10n.t("For which jurisdiction? Its number in the sample, such as S1-05."),
  });
  const polis = place && (await program());
  if (!polis) return;
  await vscode.workspace.saveAll();
  const title = vscode.l10n.t("Why: {0}, {1}", name, place);
  await show(polis, title, ["why", chosen.folder, name, "--for", place], chosen.folder);
}

/** Explains the check that reported something at the cursor, else the word there. */
async function explanation(program: Program): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return;
  const finding = vscode.languages
    .getDiagnostics(editor.document.uri)
    .find((it) => it.source === "polis" && it.range.contains(editor.selection.active));
  const code = typeof finding?.code === "object" ? finding.code.value : finding?.code;
  const word = code === undefined ? wordAtCursor() : String(code);
  const polis = word === undefined ? undefined : await program();
  if (word === undefined || polis === undefined) return;
  const folder = vscode.workspace.getWorkspaceFolder(editor.document.uri)?.uri.fsPath ?? process.cwd();
  await show(polis, vscode.l10n.t("Explanation: {0}", word), ["explain", word], folder);
}

function wordAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  const range = editor?.document.getWordRangeAtPosition(editor.selection.active);
  return range && editor?.document.getText(range);
}

// The status bar: how the server is, and the way to what can be done.

import * as vscode from "vscode";

export type State = { is: "starting" } | { is: "running"; version: string } | { is: "missing" | "failed"; why: string };

export class Status {
  private readonly item: vscode.StatusBarItem;

  constructor() {
    this.item = vscode.window.createStatusBarItem("polis.status", vscode.StatusBarAlignment.Left, 0);
    this.item.name = "Polis";
    this.item.command = "polis.showMenu";
    this.show({ is: "starting" });
    this.item.show();
  }

  show(state: State): void {
    this.item.backgroundColor = undefined;
    switch (state.is) {
      case "starting":
        this.item.text = "$(sync~spin) Polis";
        this.item.tooltip = vscode.l10n.t("The language server is starting.");
        break;
      case "running":
        this.item.text = "$(law) Polis";
        this.item.tooltip = vscode.l10n.t("The language server is running (polis {0}).", state.version);
        break;
      case "missing":
      case "failed":
        this.item.text = "$(error) Polis";
        this.item.tooltip = state.why;
        this.item.backgroundColor = new vscode.ThemeColor("statusBarItem.errorBackground");
        break;
    }
  }

  dispose(): void {
    this.item.dispose();
  }
}

/** What can be done, as a list to pick from. */
export async function menu(): Promise<void> {
  const entries: [string, string][] = [
    ["polis.showSimulation", vscode.l10n.t("$(play-circle) Simulate this package")],
    ["polis.showMatrix", vscode.l10n.t("$(table) Compare cities side by side")],
    ["polis.showComparison", vscode.l10n.t("$(graph) Compare cities on one sample")],
    ["polis.showDiff", vscode.l10n.t("$(diff) Show what differs between two packages")],
    ["polis.showWhy", vscode.l10n.t("$(question) Explain a result")],
    ["polis.runTests", vscode.l10n.t("$(beaker) Run the tests of this file")],
    ["polis.restartServer", vscode.l10n.t("$(refresh) Restart the language server")],
    ["polis.showOutput", vscode.l10n.t("$(output) Show the output of the language server")],
  ];
  const picked = await vscode.window.showQuickPick(
    entries.map(([command, label]) => ({ label, command })),
    { placeHolder: "Polis" },
  );
  if (picked !== undefined) await vscode.commands.executeCommand(picked.command);
}

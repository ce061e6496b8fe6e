// The tests of provisions in the Test Explorer. They are found in the texts and run by `polis test`.

import * as path from "node:path";
import * as vscode from "vscode";
import { call } from "./program";

/** A block of the kind `test`, in either face: an optional name, and its title. */
const TEST = /^[ \t\u3000]*(?:测试|test)(?:[ \t\u3000]+([\p{L}_][\p{L}\p{M}\p{Nd}_·]*))?[ \t\u3000]*(?:"((?:[^"\\]|\\.)*)"|“([^”]*)”|《([^》]*)》)/u;

/** What `polis test --format json` says of a test. */
interface Result {
  title: string;
  path: string;
  line: number;
  passed: boolean;
  skipped?: boolean;
  failures: string[];
}

export class Tests {
  private readonly controller = vscode.tests.createTestController("polis", vscode.l10n.t("Tests of provisions"));
  private readonly watcher = vscode.workspace.createFileSystemWatcher("**/*.pol");

  constructor(private readonly program: () => Promise<string | undefined>) {
    this.controller.resolveHandler = async (item) => {
      if (item === undefined) await this.discover();
    };
    this.controller.refreshHandler = () => this.discover();
    this.controller.createRunProfile(
      vscode.l10n.t("Run"),
      vscode.TestRunProfileKind.Run,
      (request, token) => this.run(request, token),
      true,
    );
    this.watcher.onDidCreate((it) => this.read(it));
    this.watcher.onDidChange((it) => this.read(it));
    this.watcher.onDidDelete((it) => this.controller.items.delete(it.toString()));
    vscode.workspace.onDidOpenTextDocument((it) => this.update(it));
    vscode.workspace.onDidChangeTextDocument((it) => this.update(it.document));
    for (const document of vscode.workspace.textDocuments) this.update(document);
  }

  /** Runs the tests of a file, or the one that has the title. */
  async runFile(uri: vscode.Uri, title?: string): Promise<void> {
    await this.read(uri);
    const file = this.controller.items.get(uri.toString());
    if (file === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t("This file has no tests."));
      return;
    }
    const all = [...file.children].map((it) => it[1]);
    const chosen = title === undefined ? undefined : all.find((it) => it.label === title);
    const request = new vscode.TestRunRequest([chosen ?? file]);
    await this.run(request, new vscode.CancellationTokenSource().token);
  }

  private async discover(): Promise<void> {
    const files = await vscode.workspace.findFiles("**/*.pol", "**/{node_modules,target}/**");
    await Promise.all(files.map((it) => this.read(it)));
  }

  private async read(uri: vscode.Uri): Promise<void> {
    const open = vscode.workspace.textDocuments.find((it) => it.uri.toString() === uri.toString());
    const text = open?.getText() ?? Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8");
    this.put(uri, text);
  }

  private update(document: vscode.TextDocument): void {
    if (document.languageId === "polis" && document.uri.scheme === "file") this.put(document.uri, document.getText());
  }

  private put(uri: vscode.Uri, text: string): void {
    const children: vscode.TestItem[] = [];
    text.split(/\r\n|\r|\n/u).forEach((line, index) => {
      const found = TEST.exec(line);
      if (found === null) return;
      const title = found[2] ?? found[3] ?? found[4] ?? "";
      // Two tests of one title are told apart by their order.
      const same = children.filter((it) => it.label === title).length;
      const item = this.controller.createTestItem(`${uri.toString()}#${title}#${same}`, title, uri);
      item.range = new vscode.Range(index, 0, index, line.length);
      children.push(item);
    });
    if (children.length === 0) {
      this.controller.items.delete(uri.toString());
      return;
    }
    let file = this.controller.items.get(uri.toString());
    if (file === undefined) {
      file = this.controller.createTestItem(uri.toString(), vscode.workspace.asRelativePath(uri), uri);
      this.controller.items.add(file);
    }
    file.children.replace(children);
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const run = this.controller.createTestRun(request);
    try {
      const program = await this.program();
      if (program === undefined) return;
      for (const [file, wanted] of this.chosen(request)) {
        if (token.isCancellationRequested) break;
        await this.runOne(run, program, file, wanted, token);
      }
    } finally {
      run.end();
    }
  }

  /** The files that are asked for, and of each the tests. */
  private chosen(request: vscode.TestRunRequest): Map<vscode.TestItem, vscode.TestItem[]> {
    const chosen = new Map<vscode.TestItem, vscode.TestItem[]>();
    const asked = request.include ?? [...this.controller.items].map((it) => it[1]);
    for (const item of asked) {
      const file = item.parent ?? item;
      const tests = item.parent === undefined ? [...item.children].map((it) => it[1]) : [item];
      chosen.set(file, [...(chosen.get(file) ?? []), ...tests].filter((it) => !request.exclude?.includes(it)));
    }
    return chosen;
  }

  private async runOne(
    run: vscode.TestRun,
    program: string,
    file: vscode.TestItem,
    wanted: vscode.TestItem[],
    token: vscode.CancellationToken,
  ): Promise<void> {
    if (file.uri === undefined) return;
    const uri = file.uri;
    // The program reads the disk.
    await vscode.workspace.textDocuments.find((it) => it.uri.toString() === uri.toString() && it.isDirty)?.save();
    for (const test of wanted) run.started(test);
    const folder = path.dirname(uri.fsPath);
    const words = ["test", uri.fsPath, "--format", "json"];
    if (wanted.length === 1 && wanted[0] !== undefined) words.push("--filter", wanted[0].label);
    let results: Result[];
    try {
      const said = await call(program, words, folder, token);
      run.appendOutput(said.err.replaceAll("\n", "\r\n"));
      const all = said.code > 1 ? fail(said.err) : (JSON.parse(said.out) as { tests: Result[] }).tests;
      // The program runs the package that the file belongs to.
      results = all.filter((it) => path.resolve(folder, it.path) === uri.fsPath);
    } catch (error) {
      const why = new vscode.TestMessage(error instanceof Error ? error.message : String(error));
      for (const test of wanted) run.errored(test, why);
      return;
    }
    for (const test of wanted) {
      const line = (test.range?.start.line ?? -1) + 1;
      const titled = results.filter((it) => it.title === test.label);
      const result = titled.find((it) => it.line === line) ?? titled[0];
      if (result === undefined || result.skipped === true) run.skipped(test);
      else if (result.passed) run.passed(test);
      else run.failed(test, result.failures.map((it) => message(it, test)));
    }
  }

  dispose(): void {
    this.watcher.dispose();
    this.controller.dispose();
  }
}

function message(text: string, test: vscode.TestItem): vscode.TestMessage {
  const message = new vscode.TestMessage(text);
  if (test.uri !== undefined && test.range !== undefined) message.location = new vscode.Location(test.uri, test.range);
  return message;
}

function fail(why: string): never {
  throw new Error(why.trim());
}

// The language server: starting it, restarting it, and telling how it is.

import * as vscode from "vscode";
import {
  type ExecuteCommandMiddleware,
  LanguageClient,
  type LanguageClientOptions,
  type Location,
  type Position,
  RevealOutputChannelOn,
  type ServerOptions,
  State,
} from "vscode-languageclient/node";
import { type Said, find, language, tellMissing } from "./program";
import { showSaid } from "./panels";
import type { Status } from "./status";

export class Server {
  private client: LanguageClient | undefined;
  private readonly output = vscode.window.createOutputChannel("Polis");

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly status: Status,
    /** Runs the test of a file that has the title, or all of them. */
    private readonly runTest: (file: vscode.Uri, title?: string) => Promise<void>,
  ) {}

  async start(): Promise<void> {
    const found = find(this.context);
    if ("missing" in found) {
      this.status.show({ is: "missing", why: found.missing });
      this.output.appendLine(found.missing);
      // Not awaited: the message stands until it is answered.
      void tellMissing(found.missing);
      return;
    }
    this.status.show({ is: "starting" });
    const run = { command: found.path, args: ["lsp"] };
    const server: ServerOptions = { run, debug: run };
    const options: LanguageClientOptions = {
      documentSelector: [{ language: "polis", scheme: "file" }],
      outputChannel: this.output,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: { ...vscode.workspace.getConfiguration("polis"), language: language() },
      synchronize: { configurationSection: "polis" },
      middleware: { executeCommand: (command, words, next) => this.command(command, words, next) },
    };
    const client = new LanguageClient("polis", "Polis", server, options);
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      if (this.client !== client) return;
      if (newState === State.Starting) this.status.show({ is: "starting" });
      if (newState === State.Running) {
        this.status.show({ is: "running", version: client.initializeResult?.serverInfo?.version ?? "" });
      }
      if (newState === State.Stopped) this.status.show({ is: "failed", why: vscode.l10n.t("The language server has stopped.") });
    });
    try {
      await client.start();
    } catch (error) {
      if (this.client !== client) return;
      const why = vscode.l10n.t("The language server {0} does not start: {1}", found.path, String(error));
      this.status.show({ is: "failed", why });
      this.output.appendLine(why);
      const show = vscode.l10n.t("Show the output");
      void vscode.window.showErrorMessage(why, show).then((it) => it === show && this.output.show());
    }
  }

  /** Commands of the server, which lenses and fixes call: what they answer is shown. */
  private async command(
    command: string,
    words: unknown[],
    next: Parameters<NonNullable<ExecuteCommandMiddleware["executeCommand"]>>[2],
  ): Promise<unknown> {
    const [first] = words as [Record<string, unknown> | string | undefined];
    if (command === "polis.test" && typeof first === "object" && typeof first["uri"] === "string") {
      const title = first["name"];
      return this.runTest(vscode.Uri.parse(first["uri"]), typeof title === "string" ? title : undefined);
    }
    const run = async (page: boolean) => {
      const asked = page && typeof first === "object" ? [{ ...first, format: "html" }, ...words.slice(1)] : words;
      return (await next(command, asked)) as Said;
    };
    return showSaid(`${command} ${JSON.stringify(words)}`, title(command, first), run);
  }

  /** Shows places that the server found. */
  async showReferences(uri: string, position: Position, places: Location[]): Promise<void> {
    const convert = this.client?.protocol2CodeConverter;
    if (convert === undefined) return;
    const all = places.map((it) => convert.asLocation(it));
    const at = convert.asPosition(position);
    await vscode.commands.executeCommand("editor.action.showReferences", convert.asUri(uri), at, all);
  }

  async stop(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    // A server that never started cannot be stopped.
    if (client?.state === State.Running) await client.dispose();
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  showOutput(): void {
    this.output.show();
  }
}

/** What a command of the server is about. */
function title(command: string, first: Record<string, unknown> | string | undefined): string {
  const about = typeof first === "string" ? first : (first?.["scenario"] ?? first?.["name"] ?? first?.["package"]);
  return typeof about === "string" ? `Polis: ${about}` : `Polis: ${command.replace(/^polis\./u, "")}`;
}

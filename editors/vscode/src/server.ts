// The language server: starting it, restarting it, and telling how it is.

import * as vscode from "vscode";
import { LanguageClient, type LanguageClientOptions, RevealOutputChannelOn, type ServerOptions, State } from "vscode-languageclient/node";
import { find, language, tellMissing } from "./program";
import type { Status } from "./status";

export class Server {
  private client: LanguageClient | undefined;
  private readonly output = vscode.window.createOutputChannel("Polis");

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly status: Status,
  ) {}

  /** The program, or nothing after the user was told that there is none. */
  async program(): Promise<string | undefined> {
    const found = find(this.context);
    if ("path" in found) return found.path;
    await tellMissing(found.missing);
    return undefined;
  }

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

// Panels: what the program writes as a page, in a webview that may reach nothing.

import { createHash } from "node:crypto";
import * as vscode from "vscode";
import { call, type Said } from "./program";

/** The panels that are open, by what they show. */
const open = new Map<string, vscode.WebviewPanel>();

/** Runs the program and shows what it says; a second run of the same words takes the place of the first. */
export async function show(program: string, title: string, words: readonly string[], folder: string): Promise<void> {
  await showSaid(words.join(" "), title, (page, token) =>
    call(program, page ? [...words, "--format", "html"] : words, folder, token),
  );
}

/** Shows what a run says: as a page, or, where it writes none and refuses to, as text. */
export async function showSaid(
  key: string,
  title: string,
  run: (page: boolean, token: vscode.CancellationToken) => Promise<Said>,
): Promise<void> {
  await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (_, token) => {
      try {
        const html = await run(true, token);
        const said = isPage(html) ? html : await run(false, token);
        if (!token.isCancellationRequested) display(key, title, isPage(said) ? said.out : textPage(title, said));
      } catch (error) {
        if (!token.isCancellationRequested) throw error;
      }
    },
  );
}

function isPage(said: Said): boolean {
  return /^\s*<!doctype html/iu.test(said.out);
}

function display(key: string, title: string, html: string): void {
  let panel = open.get(key);
  if (panel === undefined) {
    // Beside the text, and where the other panels are.
    const column = [...open.values()].find((it) => it.viewColumn !== undefined)?.viewColumn ?? vscode.ViewColumn.Beside;
    panel = vscode.window.createWebviewPanel("polis", title, column, {
      enableScripts: true,
      enableFindWidget: true,
      localResourceRoots: [],
    });
    panel.onDidDispose(() => open.delete(key));
    open.set(key, panel);
  } else {
    panel.reveal(undefined, true);
  }
  panel.webview.html = guarded(html);
}

/** A page of text. */
function textPage(title: string, { out, err }: Said): string {
  const text = escape([out, err].filter((it) => it.trim() !== "").join("\n"));
  return `<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>${escape(title)}</title>
<style>pre { font-family: var(--vscode-editor-font-family), monospace; font-size: var(--vscode-editor-font-size); white-space: pre; }</style>
</head><body><pre>${text}</pre></body></html>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * The page under a policy of its own: nothing is fetched, nothing is sent, and only the scripts that the program wrote
 * into the page run. Handlers in attributes, `eval` and links to scripts do not.
 */
function guarded(html: string): string {
  const scripts = [...html.matchAll(/<script(?![^>]*\bsrc\b)[^>]*>([\s\S]*?)<\/script>/giu)];
  const hashes = scripts.map((it) => `'sha256-${createHash("sha256").update(it[1] ?? "", "utf8").digest("base64")}'`);
  const policy = [
    "default-src 'none'",
    "img-src data:",
    "font-src data:",
    "style-src 'unsafe-inline'",
    `script-src ${hashes.length > 0 ? hashes.join(" ") : "'none'"}`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return /<head[^>]*>/iu.test(html) ? html.replace(/<head[^>]*>/iu, (it) => it + meta) : meta + html;
}

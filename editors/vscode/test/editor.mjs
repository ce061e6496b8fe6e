// A VS Code with the extension installed, driven in headless Chromium as a drafter would.

import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { prepare } from "./prepare.mjs";

/** How long a thing on the screen may take: the machine also builds. */
const PATIENCE = Number(process.env.POLIS_PATIENCE ?? 60_000);

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

export class Editor {
  /** Starts an editor on a copy of `folder`; `change` alters the copy before it is opened. */
  static async open({ vsix, folder, locale, settings, change }) {
    const editor = new Editor();
    editor.home = mkdtempSync(path.join(tmpdir(), "polis-vscode-"));
    editor.folder = path.join(editor.home, path.basename(folder));
    cpSync(folder, editor.folder, { recursive: true });
    await change?.(editor.folder);
    const user = path.join(editor.home, "user/User");
    mkdirSync(user, { recursive: true });
    const all = {
      "workbench.startupEditor": "none",
      "workbench.tips.enabled": false,
      "workbench.colorTheme": "Default Light Modern",
      "editor.fontFamily": "'Noto Sans Mono CJK SC', 'WenQuanYi Zen Hei Mono', monospace",
      "editor.minimap.enabled": false,
      "chat.commandCenter.enabled": false,
      "files.simpleDialog.enable": true,
      "testing.automaticallyOpenPeekView": "never",
      "testing.automaticallyOpenTestResults": "neverOpen",
      ...settings,
    };
    writeFileSync(path.join(user, "settings.json"), JSON.stringify(all));
    const entry = prepare();
    // Only now is it surely there.
    const { chromium } = await import("playwright-core");
    const folders = [
      "--extensions-dir", path.join(editor.home, "extensions"),
      "--user-data-dir", path.join(editor.home, "user"),
      "--config", path.join(editor.home, "config.yaml"),
    ];
    const environment = { ...process.env, XDG_CONFIG_HOME: editor.home, XDG_DATA_HOME: editor.home };
    // It would ask a gallery for a language pack.
    environment.EXTENSIONS_GALLERY = JSON.stringify({ serviceUrl: "http://127.0.0.1:9", itemUrl: "", resourceUrlTemplate: "" });
    const run = (words) => execFileSync("node", [entry, ...folders, ...words], { env: environment, encoding: "utf8", stdio: "pipe" });
    run(["--install-extension", vsix]);
    if (locale !== "en") languagePack(path.join(editor.home, "user"), locale);
    const port = await freePort();
    editor.log = "";
    editor.server = spawn(
      "node",
      [
        entry, ...folders, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--locale", locale,
        "--disable-telemetry", "--disable-update-check", "--disable-workspace-trust",
        "--disable-getting-started-override", editor.folder,
      ],
      { env: environment, detached: true },
    );
    const keep = (data) => (editor.log += data);
    editor.server.stdout.on("data", keep);
    editor.server.stderr.on("data", keep);
    await until(() => editor.log.includes("HTTP server listening"), "the editor's server");
    editor.browser = await chromium.launch({
      executablePath: process.env.POLIS_CHROMIUM ?? "/usr/bin/chromium",
      headless: true,
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
      ],
    });
    const context = await editor.browser.newContext({
      viewport: { width: 1280, height: 800 },
      locale: locale === "en" ? "en-US" : "zh-CN",
    });
    context.setDefaultTimeout(PATIENCE);
    editor.page = await context.newPage();
    editor.console = [];
    editor.page.on("console", (it) => it.type() === "error" && editor.console.push(it.text()));
    await editor.page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(editor.folder)}`);
    await editor.page.locator(".monaco-workbench").waitFor();
    await editor.page.locator(".explorer-folders-view .monaco-list-row").first().waitFor();
    return editor;
  }

  async close() {
    await this.browser?.close();
    try {
      // The server and what it started, which are a group of their own.
      process.kill(-this.server.pid, "SIGTERM");
    } catch {
      // It has ended by itself.
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Opens a file by its path within the folder. */
  async file(name) {
    await this.page.keyboard.press("Control+P");
    await this.pick(name);
    await this.tab(path.basename(name));
  }

  async tab(name) {
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.page.locator(".editor-instance .view-line").first().waitFor();
  }

  /** Writes into the box that is open at the top, and takes the first of what it lists. */
  async pick(text) {
    const box = this.page.locator(".quick-input-widget:visible");
    await box.locator("input").first().waitFor();
    await this.page.keyboard.insertText(text);
    // The list follows what is written with a delay.
    const row = box.locator('.quick-input-list .monaco-list-row[data-index="0"]');
    await row.filter({ hasText: path.basename(text) }).waitFor();
    await this.page.keyboard.press("Enter");
    await box.waitFor({ state: "hidden" });
  }

  async command(name) {
    await this.page.keyboard.press("F1");
    await this.pick(name);
  }

  async line(number, column = 1) {
    await this.page.keyboard.press("Control+G");
    const box = this.page.locator(".quick-input-widget:visible");
    await box.locator("input").first().waitFor();
    await this.page.keyboard.insertText(`${number}:${column}`);
    await this.page.keyboard.press("Enter");
    await box.waitFor({ state: "hidden" });
  }

  /** Waits until the text is somewhere on the screen. */
  async see(selector, text) {
    await this.page.locator(selector).filter({ hasText: text }).first().waitFor();
  }

  /** What is written in the panel, which lies in two frames. */
  panel() {
    return this.page.frameLocator("iframe.webview.ready").last().frameLocator("#active-frame");
  }

  async screenshot(file) {
    mkdirSync(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
  }
}

export async function until(holds, what) {
  const end = Date.now() + PATIENCE;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A language pack without texts: with it the editor takes the language, and hands it to extensions. */
function languagePack(user, locale) {
  const texts = path.join(user, `${locale}.i18n.json`);
  writeFileSync(texts, JSON.stringify({ version: "1.0.0", contents: {} }));
  const pack = {
    hash: "none",
    label: locale,
    extensions: [{ extensionIdentifier: { id: "none.none" }, version: "1.0.0" }],
    translations: { vscode: texts },
  };
  writeFileSync(path.join(user, "languagepacks.json"), JSON.stringify({ [locale]: pack }));
}

// What a drafter does on a first day, in Chinese and in English, in a real VS Code.
//
//   POLIS_BIN=PROGRAM node session.mjs --vsix FILE [--images FOLDER] [--only zh-cn|en|missing]

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Editor, until } from "./editor.mjs";

const { values: given } = parseArgs({
  options: { vsix: { type: "string" }, images: { type: "string" }, only: { type: "string" } },
});
const root = path.resolve(import.meta.dirname, "../../..");
const polis = path.resolve(process.env.POLIS_BIN);

/** What the two languages call things. */
const SAID = {
  "zh-cn": {
    why: "找不到名称",
    fix: "专职人数",
    simulation: "测算这个包",
    tests: "运行本文件的测试",
    runTest: "运行测试",
    references: "处引用",
    explanation: "解释光标处的词或检查代码",
    quota: "种类",
    comparison: "几个城市在同一样本上对照",
    compared: "几个城市在同一样本上",
    matrix: "城市对照表",
    topic: "内设机构",
    result: "松柏街道",
    missing: "polis.server.path",
  },
  en: {
    why: "cannot find",
    fix: "专职人数",
    simulation: "Simulate this package",
    tests: "Run the tests of this file",
    runTest: "Run test",
    references: "references",
    explanation: "Explain the word or check under the cursor",
    quota: "kind",
    comparison: "Compare cities on one sample",
    compared: "Cities on one sample",
    matrix: "Compare cities side by side",
    topic: "Offices",
    result: "松柏街道",
    missing: "polis.server.path",
  },
};

const FILE = "changchun/社区工作者.pol";

/** Makes a slip of the pen: a field that is not there. */
function slip(folder) {
  const file = path.join(folder, FILE);
  const text = readFileSync(file, "utf8");
  const wrong = text.replace("实有: 专职人数", "实有: 专职人");
  assert.notEqual(wrong, text, "the line that the test spoils is gone");
  writeFileSync(file, wrong);
}

const say = (text) => process.stderr.write(`${text}\n`);

async function session(locale) {
  const said = SAID[locale];
  const image = (editor, name) =>
    given.images === undefined ? undefined : editor.screenshot(path.join(given.images, `vscode-${name}-${locale.slice(0, 2)}.png`));
  const editor = await Editor.open({
    vsix: given.vsix,
    folder: path.join(root, "policies"),
    locale,
    settings: { "polis.server.path": polis },
    change: slip,
  });
  const { page } = editor;
  const text = () => readFileSync(path.join(editor.folder, FILE), "utf8");
  const step = async (what, run) => {
    const began = Date.now();
    await run();
    say(`  ${locale}: ${what} (${Date.now() - began} ms)`);
  };
  try {
    await step("the file opens in colours", async () => {
      await editor.file(FILE);
      await until(async () => (await page.locator(".view-line span[class^=mtk]").evaluateAll(
        (all) => new Set(all.map((it) => it.className)).size)) >= 4, "four colours");
    });
    await step("a squiggle", async () => {
      await editor.line(...place(text(), "实有: 专职人"));
      await page.locator(".squiggly-error").first().waitFor();
      await editor.see("#status\\.problems", /[1-9]/);
    });
    await step("provisions say how often they are spoken of", async () => {
      await editor.see(".codelens-decoration", said.references);
    });
    await step("a hover says what is wrong", async () => {
      // Lenses and hints arrive when they will, and move what is below them.
      const told = page.locator(".monaco-hover:visible").filter({ hasText: said.why }).first();
      await until(async () => {
        await hover(page, ".squiggly-error");
        const seen = await told.waitFor({ timeout: 3000 }).then(() => true, () => false);
        await image(editor, "finding");
        return seen && (await told.isVisible());
      }, "the hover over the finding");
    });
    await step("a hover tells what a name is", async () => {
      await editor.line(...place(text(), "增配 大社区增配 当 户数", "户数"));
      await hoverAtCursor(page);
      await editor.see(".monaco-hover:visible", "户数");
      await page.keyboard.press("Escape");
    });
    await step("a fix is applied", async () => {
      await editor.line(...place(text(), "实有: 专职人", "专职人"));
      await page.keyboard.press("Control+.");
      const menu = page.locator(".action-widget");
      await menu.locator(".monaco-list-row.action.focused").filter({ hasText: said.fix }).waitFor();
      await image(editor, "fix");
      await page.keyboard.press("Enter");
      await editor.see(".view-line", "实有: 专职人数");
      await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
    });
    await step("the initials of pinyin find a word", async () => {
      await editor.line(...place(text(), "语气: 一般"));
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await page.keyboard.type("bz", { delay: 50 });
      await editor.see(".suggest-widget.visible .monaco-list-row", "备注");
      await image(editor, "completion");
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+Shift+K");
      await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
    });
    await step("a rename reaches the other files", async () => {
      await editor.line(...place(text(), "员额 专职工作者", "专职工作者"));
      await page.keyboard.press("F2");
      const box = page.locator(".monaco-editor.rename-box");
      await box.locator("input").fill("社工员额");
      await box.locator("input").press("Enter");
      await box.waitFor({ state: "hidden" });
      await editor.see(".view-line", "员额 社工员额");
      await editor.command("File: Save All Files");
      const tests = path.join(editor.folder, "changchun/社区工作者.测试.pol");
      await until(() => readFileSync(tests, "utf8").includes("社工员额 ="), "the rename in the tests");
      await until(() => !text().includes("员额 专职工作者 "), "the rename in the file itself");
    });
    await step("the definition is in another file", async () => {
      await editor.line(...place(text(), "增配 大社区增配 当 户数", "户数"));
      await page.keyboard.press("F12");
      await editor.tab("对象.pol");
      await editor.see(".view-line", "字段 户数");
    });
    const passed = page.locator(".cgmr.codicon-testing-passed-icon");
    await step("a test runs from the line above it", async () => {
      await editor.file("changchun/社区工作者.测试.pol");
      await page.locator(".codelens-decoration a").filter({ hasText: said.runTest }).first().click();
      await passed.first().waitFor();
      assert.equal(await passed.count(), 1);
    });
    await step("all tests of the file run", async () => {
      await editor.command(said.tests);
      await until(async () => (await passed.count()) > 3, "more tests that passed");
      assert.equal(await page.locator(".cgmr.codicon-testing-failed-icon").count(), 0);
      await image(editor, "tests");
    });
    await step("the simulation shows in its panel", async () => {
      await editor.file(FILE);
      await editor.command(said.simulation);
      await editor.panel().getByText(said.result).first().waitFor();
      await image(editor, "simulation");
    });
    const chooseCities = async () => {
      const box = page.locator(".quick-input-widget:visible");
      for (const city of ["长春市", "上海市"]) {
        await box.locator(".quick-input-list .monaco-list-row").filter({ hasText: city }).first().click();
      }
      await page.keyboard.press("Enter");
    };
    await step("cities are compared on one sample in a panel", async () => {
      await editor.command(said.comparison);
      await chooseCities();
      await editor.see(".tab.active", said.compared);
      await editor.panel().getByText("上海市").first().waitFor();
      await image(editor, "comparison");
    });
    await step("what cities lay down stands side by side in a panel", async () => {
      await page.locator(".view-line").filter({ hasText: "社工员额" }).first().click();
      await editor.command(said.matrix);
      await chooseCities();
      const panel = editor.panel();
      await panel.getByRole("heading", { name: said.topic }).first().waitFor();
      const rows = panel.locator("tr.entry:not(.hidden)");
      const before = await rows.count();
      // The page's own script runs under the panel's policy.
      await panel.locator("#find").fill("党群服务");
      await until(async () => (await rows.count()) < before, "fewer rows once one is looked for");
      assert.ok((await rows.count()) > 0, "something is found");
    });
    await step("a word is explained in its panel", async () => {
      // From the panel back to the text.
      await page.locator(".view-line").filter({ hasText: "社工员额" }).first().click();
      await editor.line(...place(text(), "员额 社工员额"));
      await editor.command(said.explanation);
      await editor.panel().getByText(said.quota).first().waitFor();
    });
    const refused = editor.console.filter((it) => /Content Security Policy/i.test(it) && /webview|sha256/i.test(it));
    assert.deepEqual(refused, [], "the panel's policy refused something of the page");
  } catch (error) {
    await leave(editor, locale);
    throw error;
  } finally {
    await editor.close();
  }
}

/** Where there is no program, the drafter is told what to do. */
async function missing(locale) {
  const editor = await Editor.open({
    vsix: given.vsix,
    folder: path.join(root, "policies"),
    locale,
    settings: { "polis.server.path": "/nowhere/polis" },
  });
  try {
    await editor.file(FILE);
    await editor.see(".notification-toast", SAID[locale].missing);
    await editor.see("#polis\\.polis\\.polis\\.status, [id*='polis.status']", "Polis");
    say(`  ${locale}: a program that is missing is told of`);
  } catch (error) {
    await leave(editor, locale);
    throw error;
  } finally {
    await editor.close();
  }
}

/** Rests the mouse on the first such thing. */
async function hover(page, selector) {
  const box = await page.locator(selector).first().boundingBox();
  await page.mouse.move(5, 5);
  await page.mouse.move(box.x + Math.min(8, box.width / 2), box.y + box.height / 2, { steps: 4 });
}

/** Shows the hover of what is at the cursor. */
async function hoverAtCursor(page) {
  await page.keyboard.press("Control+K");
  await page.keyboard.press("Control+I");
}

/** The line and column of a word within the first line that has such a part. */
function place(text, part, word = part) {
  const lines = text.split("\n");
  const index = lines.findIndex((it) => it.includes(part));
  assert.ok(index >= 0, `no line has ${part}`);
  return [index + 1, lines[index].indexOf(part) + part.indexOf(word) + 1];
}

/** Keeps what was on the screen where something failed. */
async function leave(editor, locale) {
  const folder = mkdtempSync(path.join(tmpdir(), "polis-failed-"));
  await editor.screenshot(path.join(folder, `${locale}.png`)).catch(() => undefined);
  say(`the screen is in ${folder}\n${editor.log.slice(-3000)}\n${editor.console.slice(-10).join("\n")}`);
}

const all = { "zh-cn": () => session("zh-cn"), en: () => session("en"), missing: () => missing("zh-cn") };
for (const [name, run] of Object.entries(all)) {
  if (given.only === undefined || given.only === name) await run();
}
say("the extension works in a real VS Code");

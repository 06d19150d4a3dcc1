// The page that writes the lines for other pages: what is chosen is in the snippet and runs beside it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser, startService, watchPage } from "./service.mjs";

let service, browser;

before(async () => {
  [service, browser] = await Promise.all([startService(undefined, { DAYI_BASE_URL: "https://qa.example.org" }), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

/** The page as a new visitor sees it. */
async function visit(options, steps) {
  const context = await browser.newContext({ locale: "zh-CN", ...options });
  const page = await context.newPage();
  const trouble = watchPage(page, service.url);
  await page.goto(`${service.url}/embed`);
  await steps(page);
  await context.close();
  assert.deepEqual(trouble, []);
}

test("options change the snippet and the widget beside it", () =>
  visit({}, async (page) => {
    const snippet = page.locator("#widget-1");
    assert.equal(await snippet.innerText(), '<script type="module" src="https://qa.example.org/widget.js"></script>');
    await page.locator("#widget-data-tag").fill("nacos");
    await page.locator("#widget-data-lang").selectOption("en");
    await page.locator("[name=data-label]").fill('Say "hi" <&>');
    await page.locator("[name=data-position]").selectOption("left");
    assert.equal(await snippet.innerText(), '<script type="module" src="https://qa.example.org/widget.js" data-tag="nacos" data-lang="en" data-position="left" data-label="Say &quot;hi&quot; &lt;&amp;>"></script>');
    const button = page.locator("dayi-widget button.open");
    assert.equal(await button.count(), 1);
    assert.equal((await button.innerText()).trim(), 'Say "hi" <&>');
    assert.ok((await button.boundingBox()).x < 100);
    await button.click();
    await page.getByPlaceholder("Your question, or the error").waitFor();
  }));

test("options change the snippet and the search box beside it", () =>
  visit({}, async (page) => {
    await page.locator("[name=data-placeholder]").fill("搜这里");
    assert.equal(await page.locator("#search-box-1").innerText(), '<script type="module" src="https://qa.example.org/search-box.js"></script>\n<dayi-search-box data-placeholder="搜这里"></dayi-search-box>');
    await page.locator("#search-box-live").getByPlaceholder("搜这里").fill("nacos");
    await page.locator("#search-box-live [role=option]").first().waitFor();
  }));

test("every kind of site gets its own lines, and the dialog opens beside them", () =>
  visit({}, async (page) => {
    await page.locator("#widget-data-tag").fill('a "b"');
    await page.locator("summary", { hasText: "Docusaurus" }).click();
    const lines = page.locator("[data-template]:visible").first();
    assert.equal(await lines.innerText(), 'scripts: [\n  { src: "https://qa.example.org/widget.js", type: "module", "data-tag": "a \\"b\\"" },\n],');
    await page.locator("[data-opens=dayi-search-dialog]").click();
    await page.locator("dayi-search-dialog").getByRole("dialog").waitFor();
  }));

test("a page is checked against the origins that are allowed", () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    await page.locator("#origin").fill("https://elsewhere.example/docs/");
    await page.locator(".check-origin button").click();
    await page.getByText('cors_origins = ["https://elsewhere.example"]').waitFor();
  }));

test("the snippet can be copied", () =>
  visit({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await page.locator("button.copy").first().click();
    await page.getByText("已复制").waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^<script type="module".*widget\.js/);
  }));

test("without JavaScript the snippets and the options are there", () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    assert.match(await page.locator("#widget-1").innerText(), /widget\.js/);
    assert.ok(await page.getByText("data-shortcut").first().isVisible());
    assert.equal(await page.locator("button.copy").first().isVisible(), false);
  }));

// The search box: on the service's own pages, and on a page of another origin with hostile styles and a strict policy.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { compressedSize, startBrowser, startService, watchPage } from "./service.mjs";

let service, browser, site, origin;

before(async () => {
  site = createServer((_, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader("content-security-policy", `default-src 'none'; script-src ${service.url}; connect-src ${service.url}; style-src 'unsafe-inline'; form-action ${service.url}`);
    response.end(`<!doctype html><html lang="zh-CN"><title>t</title><style>*{all:unset!important}</style><script type="module" src="${service.url}/search-box.js"></script><dayi-search-box></dayi-search-box><p>x</p>`);
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  origin = `http://127.0.0.1:${site.address().port}`;
  [service, browser] = await Promise.all([startService(undefined, { DAYI_CORS_ORIGINS: origin }), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await service?.stop();
  site?.close();
});

async function visit(path, steps, options = {}) {
  const context = await browser.newContext({ locale: "zh-CN", ...options });
  const page = await context.newPage();
  const trouble = watchPage(page, service.url);
  await page.goto(path.startsWith("http") ? path : service.url + path);
  await steps(page, trouble);
  await context.close();
  return trouble;
}

const input = (page) => page.locator("input[name=q]").first();
const options = (page) => page.locator("[role=option]");

test("suggestions are reached with the keyboard and open the answer", async () => {
  const trouble = await visit("/", async (page) => {
    await input(page).pressSequentially("nacos duank", { delay: 20 });
    await options(page).first().waitFor();
    assert.equal(await input(page).getAttribute("aria-expanded"), "true");
    await page.keyboard.press("ArrowDown");
    const active = await input(page).getAttribute("aria-activedescendant");
    assert.equal(await page.locator(`#${active}`).getAttribute("aria-selected"), "true");
    await page.keyboard.press("Escape");
    assert.equal(await input(page).getAttribute("aria-expanded"), "false");
    assert.equal(await input(page).inputValue(), "nacos duank", "Escape closes and keeps what was typed");
    await page.keyboard.press("ArrowDown");
    await options(page).first().waitFor();
    const wanted = await options(page).first().innerText();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/questions\//);
    assert.equal(await page.locator("article h1").innerText(), wanted);
  });
  assert.deepEqual(trouble, []);
});

test("Enter after typing on is for what is typed, not for an option of before", async () => {
  await visit("/", async (page) => {
    await input(page).pressSequentially("nacos", { delay: 20 });
    await options(page).first().waitFor();
    await page.keyboard.press("ArrowDown");
    await input(page).fill("undo_log");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/search\?q=undo_log/);
  });
});

test("the last option shows all results, Enter without a selection searches", async () => {
  await visit("/", async (page) => {
    await input(page).pressSequentially("nacos", { delay: 20 });
    await options(page).first().waitFor();
    await page.keyboard.press("ArrowUp");
    assert.match(await page.locator("[aria-selected=true]").innerText(), /查看全部结果/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/search\?q=nacos/);
    await input(page).press("Enter");
    await page.waitForURL(/\/search\?q=nacos/);
  });
});

test("questions are grouped by their tag, best group first, and the keys follow", async () => {
  await visit("/", async (page) => {
    const suggestion = (text, tag) => ({ text, id: text, url: `/questions/${text}`, tag });
    await page.route("**/suggest?*", (route) => route.fulfill({ json: { suggestions: [suggestion("a1", "a"), suggestion("b1", "b"), suggestion("n1", null), suggestion("a2", "a"), { text: "query", id: null, url: "/search?q=query", tag: null }] } }));
    await input(page).pressSequentially("x");
    await options(page).first().waitFor();
    assert.deepEqual(await options(page).allInnerTexts(), ["a1", "a2", "b1", "n1", "query", "查看全部结果"]);
    for (const name of ["a", "b"]) assert.equal(await page.getByRole("group", { name, exact: true }).count(), 1);
    assert.equal(await page.getByRole("group", { name: "a", exact: true }).getByRole("option").count(), 2);
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowDown");
    assert.equal(await page.locator("[aria-selected=true]").innerText(), "b1");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/questions\/b1/);
  });
});

test("an input method is left alone until it has composed", async () => {
  await visit("/", async (page) => {
    let asked = 0;
    page.on("request", (request) => (asked += request.url().includes("/suggest") ? 1 : 0));
    const client = await page.context().newCDPSession(page);
    await input(page).focus();
    await client.send("Input.imeSetComposition", { text: "zhu ce", selectionStart: 6, selectionEnd: 6 });
    await page.waitForTimeout(700);
    assert.equal(asked, 0, "nothing is asked while composing");
    await page.evaluate(() => {
      const field = document.querySelector("input[name=q]");
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, isComposing: true, bubbles: true, cancelable: true }));
      field.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", keyCode: 229, isComposing: true, bubbles: true, cancelable: true }));
    });
    assert.equal(new URL(page.url()).pathname, "/");
    await client.send("Input.insertText", { text: "注册" });
    await options(page).first().waitFor();
    assert.ok(asked >= 1);
  });
});

test("recent searches are kept here only and can be cleared", async () => {
  await visit("/", async (page) => {
    await input(page).fill("undo_log");
    await input(page).press("Enter");
    await page.waitForURL(/\/search/);
    await page.goto(service.url);
    await page.keyboard.press("/");
    await options(page).first().waitFor();
    assert.equal(await options(page).first().innerText(), "undo_log");
    await page.getByText("清除最近搜索").click();
    assert.equal(await page.evaluate(() => localStorage.getItem("dayi-recent-searches")), null);
    assert.equal(await page.evaluate(() => document.cookie), "");
  });
});

test("it works on a page of another origin with hostile styles and a strict policy", async () => {
  const trouble = await visit(origin, async (page) => {
    await input(page).pressSequentially("nacos", { delay: 20 });
    await options(page).first().waitFor();
    const box = await input(page).boundingBox();
    assert.ok(box.width > 100 && box.height >= 40, JSON.stringify(box));
    await options(page).first().click();
    await page.waitForURL(/\/questions\//);
  });
  assert.deepEqual(trouble.filter((t) => !t.startsWith(`request: ${origin}`) && !t.includes("favicon")), []);
});

test("an origin that is not allowed is told so in one line, and can still search", async () => {
  const stranger = origin.replace("127.0.0.1", "localhost");
  const said = [];
  await visit(stranger, async (page) => {
    page.on("console", (message) => message.type() === "warning" && said.push(message.text()));
    await input(page).pressSequentially("nacos", { delay: 20 });
    await page.waitForTimeout(600);
    assert.equal(await options(page).count(), 0);
    await input(page).press("Enter");
    await page.waitForURL(/\/search\?q=nacos/);
  });
  assert.equal(said.length, 1);
  assert.match(said[0], /cors_origins/);
});

test("loading it shifts nothing and what it loads is small", async () => {
  await visit("/search?q=nacos", async (page) => {
    const shift = await page.evaluate(() => new Promise((measured) => {
      let sum = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((e) => (sum += e.value))).observe({ type: "layout-shift", buffered: true });
      setTimeout(() => measured(sum), 400);
    }));
    assert.equal(shift, 0);
  });
  const loaded = new Set();
  await visit("/", async (page) => {
    page.on("request", (request) => request.url().includes(".js") && loaded.add(new URL(request.url()).pathname));
    await page.reload();
  });
  assert.ok(loaded.has("/combobox.js"), `${[...loaded]}`);
  let bytes = 0;
  for (const path of loaded) bytes += await compressedSize(service.url + path);
  assert.ok(bytes <= 8 * 1024, `${bytes} bytes`);
});

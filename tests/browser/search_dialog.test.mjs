// The search dialog, on dayi's own pages and on those of others.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { compressedSize } from "./service.mjs";
import { ANSWERED, NONE, plainPage, startWidget } from "./widget_kit.mjs";

let kit;

before(async () => {
  const page = (path, service) => plainPage(path, service).replace(/<script.*<\/script>/, `<button data-dialog>找答案</button><dayi-search-dialog data-tag="dayi"></dayi-search-dialog><script type="module" src="${service.url}/search-dialog.js"></script>`);
  kit = await startWidget({ page: (path, service) => (path === "/plain" ? plainPage(path, service) : page(path, service)) });
});
after(() => kit?.stop());

const dialog = (page) => page.locator("dayi-search-dialog dialog");
const options = (page) => dialog(page).getByRole("option");

/** Requests for searches of a page, as they are sent. */
function searches(page) {
  const sent = [];
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.pathname === "/api/v1/search") sent.push(url.searchParams);
    if (url.pathname === "/api/v1/clicks") sent.push(JSON.parse(request.postData()));
  });
  return sent;
}

/** Opens the dialog of a page of the service itself. */
async function opened(page, shortcut = "Control+k") {
  await page.goto(kit.service.url);
  await page.keyboard.press(shortcut);
  await dialog(page).waitFor();
}

test("each key shows what Enter would find, and only what led somewhere is logged", () =>
  kit.visit("/plain", async (page) => {
    const sent = searches(page);
    await opened(page);
    await page.keyboard.type(ANSWERED, { delay: 10 });
    await dialog(page).locator(".preview h2").waitFor();
    await page.waitForTimeout(300);
    assert.ok(sent.length > 1 && sent.every((parameters) => parameters.get("typing") === "true"), `${sent}`);
    const first = await options(page).first().locator("b").innerText();
    const api = await (await fetch(`${kit.service.url}/api/v1/search?q=${encodeURIComponent(ANSWERED)}&typing=true`)).json();
    assert.equal(first, api.hits[0].title);
    assert.ok((await dialog(page).locator(".preview").innerText()).length > first.length + 10);
    const before = sent.length;
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/questions\//);
    const logged = sent.slice(before);
    assert.equal(logged.length, 2);
    const [search, click] = logged[0] instanceof URLSearchParams ? logged : logged.toReversed();
    assert.deepEqual([search.get("q"), search.get("typing")], [ANSWERED, null]);
    assert.deepEqual([click.query, click.question_id, click.rank], [ANSWERED, api.hits[0].id, 1]);
    // It is offered again.
    await opened(page, "/");
    assert.equal(await options(page).first().innerText(), ANSWERED);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await dialog(page).locator(".preview h2").waitFor();
  }));

test("the newest answer wins over one that comes late", () =>
  kit.visit("/plain", async (page) => {
    await opened(page);
    await page.route(/api\/v1\/search.*q=naco&/, async (route) => {
      await new Promise((later) => setTimeout(later, 600));
      await route.continue().catch(() => {});
    });
    await page.keyboard.type("naco");
    await page.keyboard.type("s 端口");
    const { hits } = await (await fetch(`${kit.service.url}/api/v1/search?q=${encodeURIComponent("nacos 端口")}&per_page=7&typing=true`)).json();
    const first = options(page).locator("b").first();
    await first.filter({ hasText: hits[0].title }).waitFor();
    await page.waitForTimeout(900);
    assert.equal(await first.innerText(), hits[0].title);
    assert.equal(await options(page).locator("small").count(), hits.length);
  }));

test("where nothing answers it says so, and the experts are the way out", () =>
  kit.visit("/plain", async (page) => {
    await opened(page);
    await page.keyboard.type(NONE);
    await dialog(page).getByRole("status").filter({ hasText: NONE }).waitFor();
    await options(page).filter({ hasText: "问专家" }).click();
    await page.waitForURL(/\/ask\?q=/);
    assert.equal(await page.locator("textarea[name=question]").inputValue(), NONE);
  }));

test("an input method is not interrupted", () =>
  kit.visit("/plain", async (page) => {
    await opened(page);
    await page.waitForTimeout(200);
    const sent = searches(page);
    const client = await page.context().newCDPSession(page);
    await client.send("Input.imeSetComposition", { text: "duankou", selectionStart: 7, selectionEnd: 7 });
    await page.waitForTimeout(200);
    assert.equal(sent.length, 0);
    await client.send("Input.insertText", { text: "端口" });
    await options(page).filter({ hasText: "9848" }).first().waitFor();
  }));

test("it stands over any site, opened by a click or a shortcut, within a tag", () =>
  kit.visit("/", async (page) => {
    const sent = searches(page);
    await page.getByRole("button", { name: "找答案" }).click();
    await dialog(page).waitFor();
    await page.keyboard.type("端口", { delay: 20 });
    await options(page).first().waitFor();
    assert.ok(sent.every((parameters) => parameters.get("tag") === "dayi"));
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    await page.keyboard.press("Control+k");
    await dialog(page).waitFor();
    assert.equal(await dialog(page).getByRole("combobox").inputValue(), "端口");
    // It is right on a phone, too.
    await page.setViewportSize({ width: 390, height: 844 });
    const { width } = await dialog(page).boundingBox();
    assert.ok(width <= 390 && (await page.evaluate(() => document.documentElement.scrollWidth)) <= 390);
  }));

test("it says that the service does not answer, and goes on when it does", () =>
  kit.visit("/plain", async (page) => {
    await opened(page);
    await page.route(/api\/v1\/search/, (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: "{}" }));
    await page.keyboard.type("端");
    await dialog(page).getByRole("status").filter({ hasText: "暂时" }).waitFor();
    await page.unroute(/api\/v1\/search/);
    await page.keyboard.type("口");
    await options(page).filter({ hasText: "9848" }).first().waitFor();
  }));

test("the dialog and all that it loads is small", () =>
  kit.visit("/", async (page) => {
    const loaded = new Set();
    page.on("request", (request) => request.resourceType() === "script" && loaded.add(new URL(request.url()).pathname));
    await page.reload();
    await page.keyboard.press("Control+k");
    await dialog(page).waitFor();
    assert.ok(loaded.has("/search-dialog.js"), `${[...loaded]}`);
    let bytes = 0;
    for (const path of loaded) bytes += await compressedSize(kit.service.url + path);
    assert.ok(bytes <= 20 * 1024, `${bytes} bytes`);
  }));

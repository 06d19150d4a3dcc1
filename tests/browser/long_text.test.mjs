// Pasted logs: every input takes 16 KB with its line breaks, and says what of it was not searched.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { button, dialog, field, last, plainPage, startWidget } from "./widget_kit.mjs";

const QUESTION = "Nacos 客户端连不上服务端，日志如下：";
const FRAME = "\tat org.example.service.Frame.call(Frame.java:120)\n";
const LOG = `${QUESTION}\n${FRAME.repeat(319)}Caused by: java.net.ConnectException: 9848`;
const SHORT = "Nacos 连不上\n端口";
let kit;

before(async () => {
  kit = await startWidget({ page: (path, service) => (path === "/box" ? `<!doctype html><html lang="zh-CN"><link rel="icon" href="data:,"><title>t</title><script type="module" src="${service.url}/search-box.js"></script><dayi-search-box></dayi-search-box>` : plainPage(path, service)) });
});
after(() => kit?.stop());

/** Pastes as a visitor does: from the clipboard, by the keyboard. */
async function paste(page, input, text) {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate((text) => navigator.clipboard.writeText(text), text);
  await input.focus();
  await page.keyboard.press("Control+V");
}

const searchInput = (page) => page.locator("input[name=q]").first();
const notice = (page) => page.locator("main .left-out");

for (const [where, at] of Object.entries({ "the service's own page": (kit) => `${kit.service.url}/`, "a page of another site": (kit) => `${kit.origin}/box` })) {
  test(`a log that is pasted on ${where} is searched by what tells`, async () => {
    const trouble = await kit.visit("/", async (page) => {
      await page.goto(at(kit));
      let suggested = 0;
      page.on("request", (request) => (suggested += request.url().includes("/suggest") ? 1 : 0));
      await paste(page, searchInput(page), LOG);
      assert.ok((await searchInput(page).inputValue()).length >= 16_000);
      const [sent] = await Promise.all([page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/search")), searchInput(page).press("Enter")]);
      assert.equal(new URLSearchParams(sent.postData()).get("q").replaceAll("\r\n", "\n"), LOG, "every line is sent");
      await page.waitForURL(/\/search\?q=/);
      await notice(page).waitFor();
      assert.ok((await page.locator(".hits h2").count()) > 0);
      assert.equal(suggested, 0, "nothing continues a log");
      assert.equal(await page.evaluate(() => localStorage.getItem("dayi-recent-searches")), null, "a log is no recent search");
    });
    assert.deepEqual(trouble, []);
  });
}

test("two lines that are pasted stay two lines, in an address", async () => {
  await kit.visit("/", async (page) => {
    await page.goto(kit.service.url);
    await paste(page, searchInput(page), SHORT);
    assert.equal(await searchInput(page).inputValue(), "Nacos 连不上↵端口", "the line break is seen");
    await searchInput(page).press("Enter");
    await page.waitForURL(/\/search\?q=/);
    assert.equal(new URL(page.url()).searchParams.get("q").replaceAll("\r\n", "\n"), SHORT);
    assert.equal(await searchInput(page).inputValue(), "Nacos 连不上 端口");
    assert.equal(await notice(page).count(), 0, "nothing was left out");
  });
});

test("what is pasted can be undone and typed on", async () => {
  await kit.visit("/", async (page) => {
    await page.goto(kit.service.url);
    await searchInput(page).pressSequentially("a b");
    await paste(page, searchInput(page), SHORT);
    await page.keyboard.type("?");
    assert.equal(await searchInput(page).inputValue(), "a bNacos 连不上↵端口?");
    for (let i = 0; i < 4 && (await searchInput(page).inputValue()).includes("Nacos"); i++) await page.keyboard.press("Control+Z");
    assert.doesNotMatch(await searchInput(page).inputValue(), /Nacos/);
  });
});

test("without JavaScript a long text is searched, too", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await page.goto(kit.service.url);
    const long = LOG.replaceAll("\n", " ");
    await searchInput(page).fill(long);
    assert.equal((await searchInput(page).inputValue()).length, long.length);
    await page.locator("main form.search button").click();
    await page.waitForURL(/\/search\?q=/);
    await notice(page).waitFor();
    await page.goBack();
    await page.waitForURL(`${kit.service.url}/`);
  }, { javaScriptEnabled: false });
  assert.deepEqual(trouble, []);
});

test("the widget takes a whole log, says what it searched, and hands all of it to the experts", async () => {
  const trouble = await kit.visit("/", async (page, posted) => {
    await button(page).click();
    await paste(page, field(page), LOG);
    const [sent] = await Promise.all([page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api/v1/search")), page.keyboard.press("Enter")]);
    assert.equal(sent.postDataJSON().q, LOG);
    await last(page).locator(".left-out").waitFor();
    assert.equal(await last(page).locator(".asked").textContent(), LOG, "line by line");
    assert.ok((await last(page).locator(".asked").boundingBox()).height < 300, "and not as long as the log");
    const folded = last(page).locator(".expert button.link");
    if (await folded.count()) await folded.click();
    assert.equal(await last(page).locator(".expert textarea").inputValue(), LOG);
    await last(page).locator(".send").click();
    await last(page).getByText(/已提交给专家，编号 \d+/).first().waitFor();
    assert.equal(posted.to("/api/v1/asks")[0].body.question, LOG);
    await paste(page, field(page), SHORT);
    await page.keyboard.press("Enter");
    await dialog(page).locator(".exchange").nth(1).locator(".lead").waitFor();
    assert.equal(await last(page).locator(".asked").textContent(), SHORT);
    assert.equal(await last(page).locator(".left-out").count(), 0);
  });
  assert.deepEqual(trouble, []);
});

test("of a text that nobody can send the widget sends both ends, and says so", async () => {
  await kit.visit("/", async (page) => {
    await button(page).click();
    await field(page).waitFor();
    const asked = page.waitForRequest((request) => request.method() === "POST" && request.url().endsWith("/api/v1/search"));
    await page.locator("dayi-widget").evaluate((element, text) => element.ask(text), `开头${"长😀".repeat(40_000)}结尾`);
    const { q } = (await asked).postDataJSON();
    assert.ok(q.startsWith("开头") && q.endsWith("结尾") && q.length < 40_000);
    await last(page).locator(".left-out").waitFor();
  });
});

// A visitor asks, follows the ask, and says that others' questions are theirs, too.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startBrowser, startService, watchPage } from "./service.mjs";

const QUESTION = "Nacos 客户端连不上服务端，需要开放哪些端口";
const ANSWER = "dayi-cors";
let service, browser, token, axe;

before(async () => {
  axe = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
  [service, browser] = await Promise.all([startService(undefined, { DAYI_FEEDBACK_PER_MINUTE: "1000" }), startBrowser()]);
  await service.run(["expert", "password", "li.hua"], "correct horse battery");
  token = (await service.run(["expert", "token", "li.hua"])).trim();
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

async function visit(options, steps) {
  const context = await browser.newContext({ locale: "zh-CN", reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  const trouble = watchPage(page, service.url);
  await steps(page, context);
  await context.close();
  assert.deepEqual(trouble, []);
}

/** Sends a question as a program does; gives its number and the path of its receipt. */
async function ask(question) {
  const kept = await fetch(`${service.url}/api/v1/asks`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ question }) });
  const { number, receipt_url: path } = await kept.json();
  return { number, path };
}

/** What an expert decides about an ask. */
async function decide(number, change) {
  const changed = await fetch(`${service.url}/api/v1/admin/inbox/ask/${number}`, { method: "PATCH", headers: { "content-type": "application/json", authorization: `Bearer ${token}` }, body: JSON.stringify(change) });
  assert.equal(changed.status, 200, await changed.text());
}

async function assertAccessible(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  assert.deepEqual(violations.map(({ id, nodes }) => `${where}: ${id} ${nodes[0].target}`), []);
}

test("answers that are similar are listed below the question, and nothing moves", () =>
  visit({}, async (page) => {
    await page.goto(`${service.url}/ask`);
    const places = () => page.evaluate(() => ["#question", "#contact", "form.ask button"].map((one) => document.querySelector(one).getBoundingClientRect().top));
    const before = await places();
    const logged = page.waitForRequest(/api\/v1\/search\?typing=true/);
    await page.locator("#question").pressSequentially(QUESTION, { delay: 5 });
    await logged;
    const links = page.locator(".alike a");
    await links.first().waitFor();
    const count = await links.count();
    assert.ok(count > 0 && count <= 3);
    assert.equal(await page.locator(".alike [role=status]").textContent(), `有 ${count} 篇相近的解答`);
    assert.deepEqual(await places(), before);
    await assertAccessible(page, "similar answers");
    const [opened] = await Promise.all([page.waitForEvent("popup"), links.first().click()]);
    await opened.waitForURL(/\/questions\//);
    assert.equal(await page.inputValue("#question"), QUESTION, "what was typed stays");
    await page.fill("#question", "怎么养一只猫");
    await page.getByText("没有相近的解答").waitFor();
  }));

test("similar answers are in the form that results without an answer have, too", () =>
  visit({}, async (page) => {
    await page.goto(`${service.url}/search?q=${encodeURIComponent("怎么养一只猫")}`);
    await page.fill("#question", QUESTION);
    await page.locator(".alike a").first().waitFor();
  }));

test("a question that is sent leads to its receipt, which this browser keeps", () =>
  visit({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await page.goto(`${service.url}/ask`);
    await page.fill("#question", "怎么把网关日志接到自己的平台？");
    await page.getByRole("button", { name: "提交" }).click();
    await page.waitForURL(/\/asks\/[0-9a-f]{32}$/);
    const address = page.url();
    assert.match(await page.locator("main [role=status]").innerText(), /这一页是你的回执/);
    assert.equal(await page.locator("[aria-current=step]").innerText(), "已收到");
    await page.getByRole("button", { name: "复制链接" }).click();
    await page.getByRole("button", { name: "已复制" }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), address);

    const number = Number((await page.locator("h1 small").innerText()).slice(1));
    await decide(number, { answered_by: ANSWER });
    await page.goto(`${service.url}/ask`);
    const mine = page.locator(".mine li");
    assert.equal(await mine.count(), 1);
    await mine.getByText("已解答").waitFor();
    await assertAccessible(page, "my questions");
    await mine.locator(".title").click();
    await page.waitForURL(address);
    await assertAccessible(page, "an answered receipt");
    await page.locator(".best .primary").click();
    await page.waitForURL(/\/questions\/dayi-cors/);
    await page.goto(`${service.url}/ask`);
    await mine.getByRole("button", { name: "从名单移除" }).click();
    assert.equal(await mine.count(), 0);
    await page.reload();
    assert.equal(await page.locator(".mine").innerText(), "");
  }));

test("a receipt that somebody else opens is not kept as theirs", () =>
  visit({}, async (page) => {
    const { path } = await ask("怎么给控制台换一个端口？");
    await page.goto(service.url + path);
    await page.goto(`${service.url}/ask`);
    assert.equal(await page.locator(".mine").innerText(), "");
  }));

test("what is wrong in the storage of the browser stops no page", () =>
  visit({}, async (page, context) => {
    await context.addInitScript(() => localStorage.setItem("dayi-my-asks", JSON.stringify([1, null, { path: "javascript:alert(1)", question: "x" }, { path: "/asks/0a", question: 7 }])));
    await page.goto(`${service.url}/ask`);
    assert.equal(await page.locator(".mine").innerText(), "");
    await context.addInitScript(() => Object.defineProperty(globalThis, "localStorage", { get: () => { throw new Error("forbidden"); } }));
    const { path } = await ask("怎么限制日志的大小？");
    await page.goto(`${service.url}${path}?sent=true`);
    await page.waitForURL(service.url + path);
  }));

for (const [name, options] of Object.entries({ "in place": {}, "without JavaScript": { javaScriptEnabled: false } })) {
  test(`others say that a question is theirs, too, ${name}`, () =>
    visit({ ...options, userAgent: `a browser ${name}` }, async (page) => {
      const { number } = await ask(`怎么把配置搬到另一个集群？${name}`);
      await decide(number, { released: `怎么把配置搬到另一个集群？${name}` });
      await page.goto(`${service.url}/ask`);
      await page.getByRole("link", { name: "看看大家在问什么" }).click();
      const item = page.locator(`#ask-${number}`);
      if (name === "in place") await assertAccessible(page, "the list of asks");
      await item.getByRole("button", { name: "我也遇到" }).click();
      await item.getByText("已记下").waitFor();
      assert.match(await item.innerText(), /还有 1 人遇到/);
      if (name === "in place") assert.equal(await page.evaluate(() => document.activeElement.getAttribute("role")), "status");
      await page.goto(`${service.url}/asks`);
      await item.getByRole("button", { name: "我也遇到" }).click();
      await item.getByText("已记下").waitFor();
      assert.match(await item.innerText(), /还有 1 人遇到/, "each visitor counts once");
    }));
}

test("the form and the receipt work without JavaScript", () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${service.url}/ask`);
    assert.ok(!(await page.locator(".alike").isVisible()), "no room for what never comes");
    await page.fill("#question", "怎么看集群里有哪些节点？");
    await page.getByRole("button", { name: "提交" }).click();
    await page.waitForURL(/\/asks\/[0-9a-f]{32}\?sent=true$/);
    assert.match(await page.locator(".address").innerText(), /\/asks\/[0-9a-f]{32}/);
    assert.ok(!(await page.getByRole("button", { name: "复制链接" }).isVisible()));
  }));

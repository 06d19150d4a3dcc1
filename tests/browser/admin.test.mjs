// An expert's way: sign in, read the figures, work through the inbox, write an answer up.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { startBrowser, startService, watchPage } from "./service.mjs";

const PASSWORD = "correct horse battery";
let service, browser, axe;

before(async () => {
  axe = await readFile(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
  [service, browser] = await Promise.all([startService(), startBrowser()]);
  await service.run(["expert", "password", "li.hua"], PASSWORD);
  for (const [path, body] of [
    ["asks", { question: "<img src=x onerror=alert(1)> 怎么把网关的日志接入自己的平台？版本 2.0.3，按文档配置后一直没有数据，日志里也没有报错", contact: "someone@example.org", tag: "higress" }],
    ["feedback", { grade_id: "900002", rating: "unhelpful", reasons: ["outdated", "steps_fail"], comment: "第三步的页面已经没有了 <script>alert(1)</script>" }],
  ]) {
    const answer = await fetch(`${service.url}/api/v1/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    assert.equal(answer.status, 201);
  }
  await fetch(`${service.url}/api/v1/search?q=${encodeURIComponent("怎么养一只猫")}`);
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

async function visit(options, steps) {
  const context = await browser.newContext({ locale: "zh-CN", ...options });
  const page = await context.newPage();
  const trouble = watchPage(page, service.url);
  page.on("dialog", (dialog) => trouble.push(`dialog: ${dialog.message()}`));
  await page.goto(`${service.url}/admin`);
  await page.waitForURL(/\/admin\/login/);
  await page.fill("input[name=name]", "li.hua");
  await page.fill("input[name=password]", PASSWORD);
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/admin$/);
  await steps(page);
  await context.close();
  assert.deepEqual(trouble, []);
}

test("an ask is worked on and written up as a document", () =>
  visit({}, async (page) => {
    assert.equal(await page.locator(".chart svg").count(), 4);
    await page.getByRole("link", { name: "新的提问" }).click();
    const item = page.locator(".items li").first();
    assert.match(await item.innerText(), /<img src=x onerror=alert\(1\)> 怎么把网关/);
    await item.locator("select[name=state]").selectOption("in_work");
    await item.locator("input[name=assignee]").fill("li.hua");
    await item.getByRole("button", { name: "保存" }).click();
    await page.waitForURL(/state=new/);
    assert.equal(await page.locator(".items li").count(), 0, "it is not new any more");
    await page.goto(`${service.url}/admin/inbox?state=in_work`);
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "写成文档" }).click()]);
    assert.match(download.suggestedFilename(), /^ask-1-[0-9a-f]{6}\.md$/);
    await page.getByRole("link", { name: "记录" }).click();
    assert.match(await page.locator("table").first().innerText(), /new → in_work/);
  }));

test("the inbox is worked on by keyboard, and typing stays typing", () =>
  visit({}, async (page) => {
    await page.goto(`${service.url}/admin/inbox?kind=rating`);
    await page.keyboard.press("?");
    await page.locator("details.keys[open]").waitFor();
    await page.keyboard.press("j");
    assert.equal(await page.evaluate(() => document.activeElement?.localName), "li");
    await page.keyboard.press("n");
    await page.keyboard.type("j4m 见文档");
    await page.keyboard.press("Enter");
    await page.waitForURL(/kind=rating&state=/);
    assert.equal(await page.locator("input[name=note]").inputValue(), "j4m 见文档");
    await page.keyboard.press("j");
    await page.keyboard.press("m");
    await page.waitForFunction(() => document.querySelector("input[name=assignee][maxlength]")?.getAttribute("value") === "li.hua");
    await page.keyboard.press("j");
    await page.keyboard.press("3");
    await page.waitForFunction(() => document.querySelector(".work select[name=state]")?.value === "answered");
  }));

for (const options of [{}, { javaScriptEnabled: true, viewport: { width: 390, height: 844 }, colorScheme: "dark" }]) {
  test(`every page of an expert is whole and accessible, ${JSON.stringify(options)}`, () =>
    visit(options, async (page) => {
      for (const path of ["", "/inbox", "/answers", "/queries", "/audit"]) {
        await page.goto(`${service.url}/admin${path}`);
        await page.evaluate(() => document.querySelectorAll("details.tell").forEach((folded) => (folded.open = true)));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `/admin${path} is ${wide} px wider than the screen`);
        // The page's policy lets no script in; this one comes from the test.
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run());
        assert.deepEqual(violations.map(({ id, nodes }) => `${path} ${id} ${nodes[0].html.slice(0, 120)}`), []);
        if (process.env.SCREENSHOTS) await page.screenshot({ path: `${process.env.SCREENSHOTS}/admin${path.replace("/", "-")}-${options.colorScheme ?? "light"}.png` });
      }
    }));
}

test("a script reads the inbox with a token", async () => {
  const token = (await service.run(["expert", "token", "ci"])).trim();
  const answer = await fetch(`${service.url}/api/v1/admin/inbox`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await answer.json()).items.length, 2);
});

test("what an expert adds as another way to ask is found by visitors, who see why", () =>
  visit({}, async (page) => {
    const asked = "机房里到底谁说了算";
    await page.goto(`${service.url}/admin/answers/nacos-ports-firewall`);
    await page.getByLabel("另一种问法").fill(asked);
    await page.keyboard.press("Enter");
    const added = page.locator(".askings li", { hasText: asked });
    await added.waitFor();
    assert.match(await added.innerText(), /li\.hua/);
    const first = async () => {
      await page.goto(`${service.url}/search?q=${encodeURIComponent(asked)}`);
      return page.locator(".best, .hits li").first().innerText();
    };
    const until = Date.now() + 20_000;
    while (!(await first()).includes(`也有人这样问：${asked}`)) assert.ok(Date.now() < until, await first());
    assert.match(await first(), /8848/);
    await page.goto(`${service.url}/admin/answers/nacos-ports-firewall`);
    await added.getByRole("button", { name: "撤销" }).click();
    await page.waitForURL(/#asked-as$/);
    while ((await first()).includes(asked)) assert.ok(Date.now() < until + 20_000);
  }));

test("an expert tells the sender of an ask what answers it, by keyboard", () =>
  visit({}, async (page) => {
    const kept = await fetch(`${service.url}/api/v1/asks`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ question: "怎么跨域调用接口？" }) });
    const { receipt_url: receipt } = await kept.json();
    await page.goto(`${service.url}/admin/inbox?kind=ask`);
    await page.keyboard.press("j");
    await page.keyboard.press("a");
    await page.keyboard.type(`${service.url}/questions/dayi-cors`);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    assert.equal(await page.locator(".items select[name=state]").first().inputValue(), "answered");
    await page.goto(service.url + receipt);
    assert.equal(await page.locator("[aria-current=step]").innerText(), "已解答");
    assert.equal(await page.locator(".best h2 a").getAttribute("href"), "/questions/dayi-cors");
  }));

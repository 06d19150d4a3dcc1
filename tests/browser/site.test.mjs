// A visitor's way through the site, in a real browser over the documents that come with the project.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startBrowser, startService, watchPage } from "./service.mjs";

let service, browser;

before(async () => {
  [service, browser] = await Promise.all([startService(), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

/** A page that collects trouble; closed, and checked to have met none, after `steps`. */
async function visit(options, steps, url = service.url) {
  const context = await browser.newContext({ locale: "zh-CN", ...options });
  const page = await context.newPage();
  const trouble = watchPage(page, url);
  await steps(page, trouble);
  await context.close();
  assert.deepEqual(trouble, []);
}

test("search, open an answer, follow a related question", () =>
  visit({}, async (page) => {
    await page.goto(service.url);
    await page.fill("main input[name=q]", "Nacos 客户端连不上服务端，需要开放哪些端口");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/search\?q=/);
    assert.ok((await page.locator(".hits h2 mark").count()) > 0, "the query is highlighted");
    const title = await page.locator(".hits h2").first().innerText();
    await page.locator(".hits h2 a").first().click();
    await page.waitForURL(/\/questions\//);
    assert.equal(await page.locator("article h1").innerText(), title);
    const related = page.locator("aside[aria-labelledby=related] .title").first();
    const next = await related.innerText();
    await related.click();
    await page.waitForFunction((shown) => document.querySelector("article h1")?.innerText === shown, next);
  }));

test("everything is reached with the keyboard", () =>
  visit({}, async (page) => {
    await page.goto(`${service.url}/search?q=nacos`);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("href")), "#main", "first comes the way past the header");
    const met = new Set();
    for (let i = 0; i < 150; i++) {
      await page.keyboard.press("Tab");
      const focused = await page.evaluate(() => {
        const style = getComputedStyle(document.activeElement);
        return { inHit: !!document.activeElement.closest(".hits h2"), facet: !!document.activeElement.closest(".facet"), outlined: style.outlineStyle !== "none", body: document.activeElement === document.body };
      });
      if (focused.body) break;
      assert.ok(focused.outlined, "what has the focus shows it");
      if (focused.inHit) met.add("hit");
      if (focused.facet) met.add("facet");
    }
    assert.deepEqual([...met].sort(), ["facet", "hit"]);
  }));

for (const [name, options] of Object.entries({
  "a phone": { viewport: { width: 360, height: 740 } },
  "a phone in the dark": { viewport: { width: 360, height: 740 }, colorScheme: "dark" },
  "no JavaScript": { javaScriptEnabled: false },
})) {
  test(`every page is whole on ${name}`, () =>
    visit(options, async (page, trouble) => {
      const map = await (await fetch(`${service.url}/sitemap.xml`)).text();
      const questions = [...map.matchAll(/<loc>[^<]*(\/questions\/[^<]+)<\/loc>/g)].map((m) => m[1]);
      assert.ok(questions.length > 5);
      for (const path of ["/", "/ask?q=nacos", "/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=900002", "/search?q=nacos", "/search?q=qwzx", "/docs", "/questions/none", "/questions", "/tags", "/tags/dayi", ...questions]) {
        await page.goto(service.url + path);
        if (options.javaScriptEnabled === false) {
          assert.ok((await page.locator("main").innerText()).length > 20, path);
          continue;
        }
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `${path} is ${wide} px wider than the screen`);
      }
      // The one answer that is meant to fail.
      const expected = trouble.findIndex((t) => t.includes("404"));
      if (expected >= 0) trouble.splice(expected, 1);
    }));
}

test("pages do not shift while they load", () =>
  visit({}, async (page) => {
    await page.goto(`${service.url}/search?q=nacos`);
    const shift = await page.evaluate(
      () =>
        new Promise((measured) => {
          let sum = 0;
          new PerformanceObserver((list) => list.getEntries().forEach((e) => (sum += e.value))).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => measured(sum), 300);
        }),
    );
    assert.equal(shift, 0);
  }));

test("an answer is rated and a question handed to the experts without JavaScript", () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${service.url}/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=900002`);
    await page.getByText("看不懂").click();
    await page.fill("textarea[name=comment]", "第二步看不懂 <script>alert(1)</script>");
    await page.getByRole("button", { name: "提交", exact: true }).click();
    await page.waitForURL(/\/feedback\/thanks/);
    assert.match(await page.locator("[role=status]").innerText(), /谢谢/);

    await page.goto(`${service.url}/search?q=${encodeURIComponent("怎么养一只猫")}`);
    assert.equal(await page.locator("textarea[name=question]").inputValue(), "怎么养一只猫");
    await page.fill("input[name=contact]", "someone@example.org");
    await page.getByRole("button", { name: "提交", exact: true }).click();
    await page.waitForURL(/\/asks\/[0-9a-f]{32}\?sent=true/);
    assert.match(await page.locator("main").innerText(), /#\d+[^]*已收到/);
  }));

test("what answers is read, copied and rated on the page of results", () =>
  visit({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await page.goto(`${service.url}/search?q=${encodeURIComponent("Nacos 开放哪些端口")}`);
    const best = page.locator(".best");
    assert.match(await best.locator("h2").innerText(), /9848/);
    assert.match(await best.locator(".prose").innerText(), /9848/);
    // Everything that was on the page before the script is still where it was.
    const code = page.locator(".code-frame").first();
    if (await code.count()) {
      await code.getByRole("button", { name: "复制" }).click();
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await code.locator("code").innerText());
    }
    await best.getByRole("button", { name: "有帮助", exact: true }).click();
    assert.match(await best.getByRole("status").innerText(), /谢谢/);
    assert.match(page.url(), /\/search\?/);

    await best.getByRole("link", { name: "看全文" }).click();
    await page.waitForURL(/\/questions\//);
    await page.getByText("没帮助", { exact: true }).click();
    await page.getByText("看不懂").click();
    await page.getByRole("button", { name: "提交", exact: true }).click();
    const said = page.locator(".rated");
    await said.waitFor();
    assert.match(await said.innerText(), /专家会看到/);
    assert.match(await said.getByRole("link").getAttribute("href"), /^\/ask\?q=/);
    await page.getByRole("button", { name: "复制链接" }).click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await page.locator("link[rel=canonical]").getAttribute("href"));
    await page.getByRole("button", { name: "复制 Markdown" }).click();
    // The button of the link says so, too, for a while.
    await page.locator("[data-fetch]", { hasText: "已复制" }).waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /9848/);
  }));

test("a passage of a related hit opens in place, and none leads to the experts there", () =>
  visit({}, async (page) => {
    await page.goto(`${service.url}/search?q=${encodeURIComponent("日志 报错 配置")}`);
    const passage = page.locator("details.passage").first();
    await passage.locator("summary").click();
    assert.ok((await passage.locator(".prose").innerText()).length > 10);
    await page.goto(`${service.url}/search?q=${encodeURIComponent("怎么养一只猫")}`);
    const form = page.locator("form.ask");
    assert.match(await form.locator("[name=key]").inputValue(), /^[0-9a-f]{32}$/);
    await form.getByRole("button").click();
    await page.waitForURL(/\/asks\/[0-9a-f]{32}/);
  }));

test("the contents of a long answer follow what is read", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dayi-long-"));
  const part = (number) => `### 第 ${number} 步\n\n${"说明文字。".repeat(300)}\n\n`;
  await writeFile(join(folder, "long.md"), `---\nid: long\ntitle: 很长的解答\n---\n\n${[1, 2, 3, 4].map(part).join("")}`);
  const long = await startService(folder);
  try {
    await visit({ viewport: { width: 1440, height: 700 } }, async (page) => {
      await page.goto(`${long.url}/questions/long`);
      const links = page.locator(".toc a");
      assert.deepEqual(await links.allInnerTexts(), ["第 1 步", "第 2 步", "第 3 步", "第 4 步"]);
      await links.nth(2).click();
      await page.locator(".toc [aria-current]", { hasText: "第 3 步" }).waitFor();
      assert.ok(await links.nth(2).isVisible(), "it stays in view");
      // Rated beside the contents, the page stays where it is, and the form at the end is done, too.
      const beside = page.locator(".toc .beside");
      await beside.getByRole("button", { name: "没帮助" }).click();
      await page.locator(".rating details[open] input").first().waitFor();
      await links.nth(1).click();
      const scrolled = await page.evaluate(() => scrollY);
      await beside.getByRole("button", { name: "有帮助", exact: true }).click();
      await beside.getByText("谢谢").waitFor();
      assert.equal(await page.evaluate(() => scrollY), scrolled);
      assert.equal(await page.locator("form.rate").count(), 0);
    }, long.url);
    // On a phone it is folded, after the title.
    await visit({ viewport: { width: 390, height: 844 } }, async (page) => {
      await page.goto(`${long.url}/questions/long`);
      assert.equal(await page.locator(".toc a").first().isVisible(), false);
      await page.locator(".toc summary").click();
      assert.ok(await page.locator(".toc a").first().isVisible());
      assert.equal(await page.locator(".beside").isVisible(), false);
    }, long.url);
  } finally {
    await long.stop();
    await rm(folder, { recursive: true });
  }
});

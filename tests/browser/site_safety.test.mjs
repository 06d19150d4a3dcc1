// Hostile documents, questions and feedback: none of their scripts runs on the service's own pages, or is even tried.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, test } from "node:test";
import { ATTACKS, hostileDocuments, oddIn } from "./attacks.mjs";
import { startBrowser, startService, watchPage } from "./service.mjs";

const PASSWORD = "correct horse battery";
let service, browser, content;

before(async () => {
  content = await hostileDocuments();
  [service, browser] = await Promise.all([startService(content, { DAYI_FEEDBACK_PER_MINUTE: "1000" }), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await service?.stop();
  await rm(content, { recursive: true });
});

/** Opens pages on which nothing may work: `look` gives the text of one. */
async function withstand(steps) {
  const context = await browser.newContext({ locale: "zh-CN" });
  const page = await context.newPage();
  const trouble = watchPage(page, service.url);
  page.on("dialog", (dialog) => { trouble.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  const look = async (path) => {
    await page.goto(service.url + path);
    assert.equal(await page.evaluate(() => globalThis.hurt), undefined, path);
    for (const link of await page.locator("a[href]").evaluateAll((links) => links.map((a) => a.href))) assert.match(link, /^(https?|mailto):/, path);
    const odd = await page.evaluate(() => [...document.body.querySelectorAll("script:not([src]),iframe,object,embed,style,link,meta,base,math")].map((element) => element.outerHTML));
    assert.deepEqual(odd, [], path);
    return page.locator("body").innerText();
  };
  await steps(look, page);
  await page.waitForTimeout(200);
  await context.close();
  // A picture that is not there is no script; what the policy had to stop is one that was let through.
  assert.deepEqual(trouble.filter((what) => !what.includes("Failed to load resource")), []);
}

test("no script of a hostile document runs on its page, in hits and in lists", () =>
  withstand(async (look) => {
    for (const [at, attack] of ATTACKS.entries()) {
      assert.match(await look(`/questions/attack-${at}`), new RegExp(`attack${at}`));
      await look(`/search?q=attack${at}`);
      await look(`/tags/${encodeURIComponent(attack)}`);
    }
    await look("/");
  }));

test("no script of a hostile question runs on any page that repeats it", () =>
  withstand(async (look, page) => {
    const repeating = ["/ask?q=", "/ask?q=a&tag=", "/embed?tag=", "/search?sort=", "/search?tag=", "/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=", "/questions/", "/nothing/"];
    for (const [at, attack] of ATTACKS.entries()) {
      const typed = encodeURIComponent(attack);
      await look(`/search?q=${typed}`);
      assert.equal(await page.locator("header input[name=q]").inputValue(), attack, "it stays text");
      await look(repeating[at % repeating.length] + typed);
    }
  }));

test("no script of a hostile title runs among the suggestions", () =>
  withstand(async (look, page) => {
    await look("/");
    const shown = new Set();
    for (const at of ATTACKS.keys()) {
      const typed = `攻击 attack${at}`;
      const suggested = page.waitForResponse((response) => response.url().includes(`&q=${encodeURIComponent(typed)}`));
      await page.locator("input[name=q]").first().fill(typed);
      await suggested;
      // What was shown before may still be there for a moment.
      await page.waitForTimeout(100);
      await page.locator("[role=option]").first().waitFor();
      for (const text of await page.locator("[role=option]").allInnerTexts()) shown.add(text);
      const list = page.locator("[role=listbox]").first();
      assert.deepEqual(await oddIn(list), []);
      assert.equal(await list.locator("img").count(), 0);
      assert.equal(await page.evaluate(() => globalThis.hurt), undefined);
    }
    assert.ok(shown.size > ATTACKS.length / 2, `${shown.size} suggestions were shown`);
  }));

test("no script of hostile feedback runs before experts", async () => {
  await service.run(["expert", "password", "li.hua"], PASSWORD);
  const send = async (path, body) => {
    const answer = await fetch(`${service.url}/api/v1/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    assert.equal(answer.status, 201, await answer.text());
  };
  for (const [at, attack] of ATTACKS.entries()) {
    const text = `${attack} 怎么处理`.replaceAll("\t", " ");
    await send("asks", { question: text, contact: text.slice(0, 100), tag: text.slice(0, 60), page: `https://example.org/${text}` });
    await send("feedback", { question_id: `attack-${at}`, rating: "unhelpful", reasons: ["other"], comment: text, query: text, page: `https://example.org/${text}` });
  }
  await withstand(async (look, page) => {
    await look("/admin/login");
    await page.fill("input[name=name]", "li.hua");
    await page.fill("input[name=password]", PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/admin$/);
    for (let path = "/admin/inbox", shown = 0; path; ) {
      assert.match(await look(path), /hurt=1/, "attacks are shown as text");
      shown += await page.locator(".items li").count();
      const older = page.locator("a[rel=next]");
      path = (await older.count()) > 0 ? await older.getAttribute("href") : null;
      if (!path) assert.equal(shown, 2 * ATTACKS.length);
    }
    for (const at of ATTACKS.keys()) await look(`/admin/answers/attack-${at}`);
    for (const path of ["/admin", "/admin/answers", "/admin/queries", "/admin/audit"]) await look(path);
    const repeating = ["/admin/inbox?q=", "/admin/inbox?state=", "/admin/answers/"];
    for (const [at, attack] of ATTACKS.entries()) await look(repeating[at % repeating.length] + encodeURIComponent(attack));
  });
});

// axe-core finds nothing on any page of the site and in any state of the widget, light and dark.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { ANSWERED, NONE, RELATED, askIn, button, dialog, last, lightAndDark, plainPage, startWidget } from "./widget_kit.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let kit;

before(async () => {
  kit = await startWidget({ page: (path, service) => lightAndDark(plainPage(path, service, path === "/en" ? 'data-lang="en" data-accent="#ffd400" data-examples="a|b"' : 'data-accent="#1677ff" data-examples="Nacos 连不上怎么办|要开放哪些端口"')) });
});
after(() => kit?.stop());

/** What axe finds on the page as it is now. Visits are without motion: what is on its way is half transparent. */
async function check(page, where) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) => `${where}: ${id} ${target.join(" ")} ${[...any, ...all, ...none].map(({ message }) => message).join("; ")}`));
  assert.deepEqual(found, []);
}

/** The path of the receipt of an ask. */
async function receiptOf(url, question) {
  const kept = await fetch(`${url}/api/v1/asks`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ question }) });
  return (await kept.json()).receipt_url;
}

for (const colorScheme of ["light", "dark"]) {
  test(`every page of the site is accessible, ${colorScheme}`, () =>
    kit.visit("/", async (page) => {
      const map = await (await fetch(`${kit.service.url}/sitemap.xml`)).text();
      const questions = [...map.matchAll(/<loc>[^<]*(\/questions\/[^<]+)<\/loc>/g)].map((found) => found[1]);
      const receipt = await receiptOf(kit.service.url, "怎么升级集群？");
      const pages = ["/", "/asks", receipt, `${receipt}?sent=true`, "/search?q=nacos", "/search?q=qwzx", `/search?q=${encodeURIComponent(NONE)}`, "/search?q=nacos&page=9", "/docs", "/embed", "/ask?q=nacos", "/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=900002", "/questions/none", "/questions", "/questions?sort=helpful", "/tags", "/tags/dayi", "/categories", "/categories/guide", ...questions];
      for (const path of pages) {
        await page.goto(kit.service.url + path);
        await check(page, path);
      }
      await page.goto(kit.service.url);
      await page.locator("input[name=q]").first().pressSequentially("nacos", { delay: 20 });
      await page.locator("[role=option]").first().waitFor();
      await page.keyboard.press("ArrowDown");
      await check(page, "suggestions");
      await page.goto(kit.service.url);
      await page.keyboard.press("Control+k");
      const search = page.locator("dayi-search-dialog dialog");
      await search.waitFor();
      await check(page, "search dialog");
      for (const question of [ANSWERED, NONE]) {
        await search.getByRole("combobox").fill(question);
        await page.waitForTimeout(300);
        await check(page, `search dialog, ${question}`);
      }
    }, { colorScheme, reducedMotion: "reduce" }));

  for (const [path, viewport] of [["/", { width: 1280, height: 860 }], ["/en", { width: 390, height: 844 }]]) {
    test(`every state of the widget is accessible, ${colorScheme}, ${viewport.width} px`, () =>
      kit.visit(path, async (page, posted) => {
        await button(page).waitFor();
        await check(page, "closed");
        await button(page).click();
        await dialog(page).locator("[part=example]").first().waitFor();
        await check(page, "open");
        await dialog(page).locator(".experts").click();
        await dialog(page).locator(".expert form").waitFor();
        await check(page, "asking the experts");
        await dialog(page).locator("header .tool").first().click();
        await dialog(page).locator("[name=q]").focus();
        await page.keyboard.type("nacos", { delay: 20 });
        await dialog(page).locator("[role=option]").first().waitFor();
        await page.keyboard.press("ArrowDown");
        await check(page, "suggestions");
        for (const [state, question] of Object.entries({ answered: ANSWERED, related: RELATED, none: NONE })) {
          await askIn(page, question);
          await check(page, state);
        }
        posted.answer = () => ({ status: 422, body: { detail: "像是有密码", code: "looks_secret" } });
        await last(page).locator(".send").click();
        await last(page).locator(".expert .action").waitFor();
        await check(page, "looks secret");
        posted.answer = () => ({ status: 201 });
        await last(page).locator(".expert .action").click();
        await last(page).locator(".expert form").waitFor({ state: "detached" });
        await check(page, "sent to the experts");
        const first = dialog(page).locator(".exchange").first();
        await first.locator(".rate .action[aria-pressed]").nth(1).click();
        await first.locator("fieldset").waitFor();
        await check(page, "why");
        await first.locator("details.hit").nth(1).locator("summary").click();
        await first.locator("details.hit").nth(1).locator(".prose").waitFor();
        await check(page, "second answer");
        await page.context().route("**/related?*", (route) => route.fulfill({ headers: { "access-control-allow-origin": "*" }, json: { related: [{ id: "x", title: "另一个问题" }] } }));
        await askIn(page, "Nacos 要开放哪些端口");
        await askIn(page, "那防火墙呢");
        await last(page).locator(".carried").waitFor();
        await last(page).locator(".next button").first().waitFor();
        await check(page, "follow-up");
        await dialog(page).locator("header .tool").first().click();
        await dialog(page).locator(".home li .tool").first().waitFor();
        await check(page, "home with conversations");
        await page.context().route("**/api/v1/search?*", (route) => route.abort());
        await askIn(page, "x");
        await check(page, "service down");
      }, { colorScheme, viewport, reducedMotion: "reduce" }));
  }
}

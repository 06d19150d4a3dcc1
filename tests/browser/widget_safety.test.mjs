// Hostile documents and hostile questions: none of their scripts runs in the page that embeds the widget.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { after, before, test } from "node:test";
import { ATTACKS, hostileDocuments, oddIn } from "./attacks.mjs";
import { askIn, dialog, last, startWidget } from "./widget_kit.mjs";

let kit, content;

before(async () => {
  content = await hostileDocuments();
  kit = await startWidget({ content });
});
after(async () => {
  await kit?.stop();
  await rm(content, { recursive: true });
});

/** A visitor on whom nothing may work. */
async function withstand(steps) {
  const opened = [];
  await kit.visit("/", async (page) => {
    page.on("dialog", (dialog) => { opened.push(dialog.message()); dialog.dismiss(); });
    await steps(page);
    await page.waitForTimeout(200);
    assert.equal(await page.evaluate(() => globalThis.hurt), undefined);
  });
  assert.deepEqual(opened, []);
}

test("no script of a hostile document runs", () =>
  withstand(async (page) => {
    let shown = 0;
    for (const [at, attack] of ATTACKS.entries()) {
      await page.locator("dayi-widget").evaluate((element) => element.clear());
      await askIn(page, `攻击 attack${at}`);
      for (const row of await last(page).locator("details.hit").all()) {
        if ((await row.getAttribute("open")) === null) await row.locator("summary").first().click();
        await row.locator(".prose").first().waitFor();
        shown++;
      }
      for (const link of await dialog(page).locator(".prose a").all()) assert.match((await link.getAttribute("href")) ?? "https:", /^(https?|mailto):/, attack);
      assert.equal(await page.evaluate(() => globalThis.hurt), undefined, attack);
    }
    assert.ok(shown >= ATTACKS.length / 2, `${shown} answers were shown`);
  }));

test("no script of a hostile question runs", () =>
  withstand(async (page) => {
    for (const attack of ATTACKS) {
      await askIn(page, attack);
      assert.equal(await last(page).locator(".asked").textContent(), attack, "it stays text");
    }
    await page.goto(`${kit.origin}/?dayi=${encodeURIComponent(ATTACKS[1])}`);
    await last(page).locator(".lead").waitFor();
  }));

test("even a service that was taken over cannot run a script through an answer", () =>
  withstand(async (page) => {
    for (const attack of ATTACKS) {
      const answer = { id: attack, url: "javascript:hurt=1", title: "x", question: attack, answer_html: attack, references: [{ text: attack, url: "javascript:hurt=1" }], date: attack, tags: [attack] };
      await page.context().route("**/api/v1/search?*", (route) => route.fulfill({ headers: { "access-control-allow-origin": "*" }, json: { answer_state: "answered", hits: [{ id: attack, url: "javascript:hurt=1", title: attack, date: attack, snippet_html: attack }], answer } }));
      await askIn(page, "x");
      const odd = await oddIn(last(page).locator(".prose"));
      assert.deepEqual(odd, [], attack);
      await page.context().unroute("**/api/v1/search?*");
    }
  }));

// The look of a site: light and dark by choice, the language of the footer, and its own accent.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser, startService, watchPage } from "./service.mjs";

let service, browser;

before(async () => {
  [service, browser] = await Promise.all([startService(undefined, { DAYI_SITE_ACCENT: "#0f766e" }), startBrowser()]);
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

async function visit(options, steps) {
  const context = await browser.newContext({ locale: "zh-CN", colorScheme: "light", ...options });
  const page = await context.newPage();
  const trouble = watchPage(page, service.url);
  await page.goto(service.url);
  await steps(page);
  await context.close();
  assert.deepEqual(trouble, []);
}

const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

test("dark by choice lasts on the next page, and the system decides again when asked to", () =>
  visit({}, async (page) => {
    const light = await ground(page);
    const theme = page.getByLabel("外观");
    await theme.selectOption("dark");
    const dark = await ground(page);
    assert.notEqual(dark, light);
    await page.goto(`${service.url}/questions`);
    assert.equal(await ground(page), dark);
    assert.equal(await theme.inputValue(), "dark");
    await theme.selectOption("");
    assert.equal(await ground(page), light);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.equal(await ground(page), dark);
    await theme.selectOption("light");
    assert.equal(await ground(page), light);
  }));

test("the page is dark before anything of it is there to be painted", () =>
  visit({}, async (page) => {
    await page.getByLabel("外观").selectOption("dark");
    await page.addInitScript(() => {
      const seen = new MutationObserver(() => {
        if (!document.body) return;
        globalThis.themeAtBody = document.documentElement.dataset.theme;
        seen.disconnect();
      });
      seen.observe(document, { childList: true, subtree: true });
    });
    await page.reload();
    assert.equal(await page.evaluate(() => globalThis.themeAtBody), "dark");
  }));

test("the language of the footer leads back to the same page and lasts, also without JavaScript", () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${service.url}/search?q=nacos`);
    await page.getByRole("button", { name: "English" }).click();
    await page.locator("html[lang=en]").waitFor();
    assert.equal(new URL(page.url()).search, "?q=nacos");
    await page.goto(`${service.url}/tags`);
    assert.match(await page.locator("h1").innerText(), /^Tags/);
    assert.equal(await page.getByLabel("Theme").isVisible(), false);
  }));

test("the accent of the site is that of buttons", () =>
  visit({}, async (page) => {
    const colour = await page.locator("form[role=search] button").first().evaluate((button) => getComputedStyle(button).backgroundColor);
    assert.equal(colour, "rgb(15, 118, 110)");
  }));

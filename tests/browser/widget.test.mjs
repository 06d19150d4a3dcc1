// The widget as a visitor uses it: by keyboard, with an input method, on a phone; its states, options and events.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ANSWERED, NONE, RELATED, askIn, button, dialog, field, focused, last, lightAndDark, plainPage, startWidget } from "./widget_kit.mjs";

let kit;
const PAGES = {
  "/options": 'data-tag="dubbo" data-lang="en" data-accent="#ffd400" data-position="left" data-label="Help" data-greeting="Hi there" data-examples="dubbo timeout|no provider" data-shortcut="ctrl+/" data-text-placeholder="Type here"',
  "/dark": 'data-theme="dark"',
};

before(async () => {
  kit = await startWidget({
    page: (path, service) => {
      const page = plainPage(path, service, PAGES[path]);
      return path === "/both" ? lightAndDark(page) : page;
    },
  });
});
after(() => kit?.stop());

test("everything is done with the keyboard, and the focus comes back", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await page.locator("a").focus();
    await page.keyboard.press("Tab");
    assert.match((await focused(page)).text, /专家答疑/);
    await page.keyboard.press("Enter");
    await dialog(page).waitFor();
    assert.equal((await focused(page)).name, "q", "the focus moves into the field");
    assert.equal(await button(page).getAttribute("aria-expanded"), "true");
    await page.keyboard.type("nacos duank", { delay: 15 });
    await dialog(page).locator("[role=option]").first().waitFor();
    await page.keyboard.press("ArrowDown");
    const active = await field(page).getAttribute("aria-activedescendant");
    assert.equal(await dialog(page).locator(`#${active}`).getAttribute("aria-selected"), "true");
    await page.keyboard.press("Escape");
    assert.ok(await dialog(page).isVisible(), "the first Escape closes the suggestions only");
    await page.keyboard.press("ArrowDown");
    await dialog(page).locator("[role=option]").first().waitFor();
    await page.keyboard.press("ArrowDown");
    const wanted = await dialog(page).locator("[aria-selected=true]").innerText();
    await page.keyboard.press("Enter");
    await last(page).locator("details.hit[open]").waitFor();
    assert.equal(await last(page).locator(".asked").innerText(), wanted);
    const met = new Set();
    // From the field on, and from the other end back to it: the panel traps nobody.
    for (const key of ["Tab", "Shift+Tab"]) {
      await field(page).focus();
      for (let i = 0; i < 60; i++) {
        await page.keyboard.press(key);
        const { inDialog, text } = await focused(page);
        if (!inDialog) break;
        met.add(text);
      }
      assert.equal((await focused(page)).inDialog, false, `${key} leads out to the page`);
    }
    for (const reached of ["提问", "返回", "删除对话", "展开或还原", "关闭", "对话", "有帮助", "没帮助", "在网站中打开", "没有解决？提交给专家"]) assert.ok(met.has(reached), `${reached} is reached: ${[...met]}`);
    await page.keyboard.press("Escape");
    assert.ok(await dialog(page).isVisible(), "Escape outside is the page's");
    await field(page).focus();
    await page.keyboard.press("Escape");
    assert.equal(await dialog(page).isVisible(), false);
    assert.match((await focused(page)).text, /专家答疑/, "the focus comes back to the button");
  });
  assert.deepEqual(trouble, []);
});

test("each state says what it is", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await page.evaluate(() => {
      globalThis.told = [];
      for (const name of ["dayi-open", "dayi-answer", "dayi-close"]) document.addEventListener(name, ({ type, detail }) => globalThis.told.push([type, detail.state]));
    });
    await askIn(page, ANSWERED);
    assert.match(await last(page).locator(".lead").innerText(), /找到了/);
    const best = last(page).locator("details.hit").first();
    assert.match(await best.locator("h3").innerText(), /跨域/);
    assert.ok(await best.locator(".prose").isVisible());
    assert.ok((await best.locator("pre [class^=hl-]").count()) > 0, "code is highlighted");
    assert.ok(await best.locator("time").isVisible());
    assert.match(await dialog(page).locator("form.ask [role=status]").innerText(), /找到了解答：/);
    await askIn(page, RELATED);
    await last(page).getByText("可能有帮助").waitFor();
    assert.equal(await last(page).locator("details[open]").count(), 0);
    await askIn(page, NONE);
    await last(page).getByText("还没有这个问题的解答").waitFor();
    assert.equal(await last(page).locator("textarea").inputValue(), NONE);
    await page.keyboard.press("Escape");
    await page.waitForFunction(() => globalThis.told.length === 5);
    assert.deepEqual(await page.evaluate(() => globalThis.told), [["dayi-open", null], ["dayi-answer", "answered"], ["dayi-answer", "related"], ["dayi-answer", "none"], ["dayi-close", null]].map(([type, state]) => [type, state ?? undefined]));
  });
  assert.deepEqual(trouble, []);
});

test("other matches open in place, links open in a tab of their own", async () => {
  const trouble = await kit.visit("/", async (page, posted) => {
    await askIn(page, ANSWERED);
    const second = last(page).locator("details.hit").nth(1);
    await second.locator("summary").click();
    await second.locator(".prose").waitFor();
    await page.waitForFunction(() => true);
    assert.deepEqual(posted.to("/api/v1/clicks").map(({ body }) => [body.query, body.rank, body.page]), [[ANSWERED, 2, `${kit.origin}/`]]);
    for (const link of await dialog(page).locator("a").all()) {
      assert.equal(await link.getAttribute("target"), "_blank");
      assert.match(await link.getAttribute("rel"), /noopener/);
      assert.match(await link.getAttribute("href"), /^https?:/);
    }
    const [opened] = await Promise.all([page.context().waitForEvent("page"), second.getByText("在网站中打开").click()]);
    assert.ok(opened.url().startsWith(`${kit.service.url}/questions/`));
  });
  assert.deepEqual(trouble, []);
});

test("an input method is left alone until it has composed", async () => {
  await kit.visit("/", async (page) => {
    let asked = 0;
    page.on("request", (request) => (asked += /\/(suggest|search)\?/.test(request.url()) ? 1 : 0));
    await button(page).click();
    await field(page).waitFor();
    const client = await page.context().newCDPSession(page);
    await client.send("Input.imeSetComposition", { text: "zhu ce", selectionStart: 6, selectionEnd: 6 });
    await page.waitForTimeout(700);
    assert.equal(asked, 0, "nothing is asked while composing");
    // Chromium tells by isComposing, Safari ends the composition first and tells by the code 229 only.
    for (const isComposing of [true, false]) {
      await page.evaluate((isComposing) => {
        const input = document.querySelector("dayi-widget").shadowRoot.querySelector("[name=q]");
        for (const key of ["Enter", "Escape"]) input.dispatchEvent(new KeyboardEvent("keydown", { key, keyCode: 229, isComposing, bubbles: true, cancelable: true, composed: true }));
      }, isComposing);
    }
    assert.ok(await dialog(page).isVisible(), "Escape belongs to the input method");
    await page.evaluate(() => document.querySelector("dayi-widget").shadowRoot.querySelector("form.ask").requestSubmit());
    assert.equal(await dialog(page).locator(".exchange").count(), 0, "Enter belongs to the input method");
    await client.send("Input.insertText", { text: "注册" });
    await dialog(page).locator("[role=option]").first().waitFor();
    await page.keyboard.press("Enter");
    await last(page).locator(".lead").waitFor();
  });
});

test("on a keyboard of Android that composes every word suggestions still come", async () => {
  await kit.visit(
    "/",
    async (page) => {
      await button(page).click();
      await field(page).waitFor();
      const client = await page.context().newCDPSession(page);
      await client.send("Input.imeSetComposition", { text: "nacos", selectionStart: 5, selectionEnd: 5 });
      await dialog(page).locator("[role=option]").first().waitFor();
    },
    { userAgent: "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36" },
  );
});

test("on a phone it takes the whole screen and nothing is wider than that", async () => {
  await kit.visit(
    "/",
    async (page) => {
      await askIn(page, ANSWERED);
      const box = await dialog(page).boundingBox();
      assert.deepEqual([box.x, box.y, box.width, box.height], [0, 0, 390, 844]);
      assert.notEqual((await focused(page)).name, "q", "the keyboard gives way to the answer");
      const wide = await dialog(page).evaluate((element) => Math.max(...[...element.querySelectorAll(".log, .hit, .body")].map((part) => part.getBoundingClientRect().right)));
      assert.ok(wide <= 390, `${wide}`);
    },
    { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, reducedMotion: "reduce" },
  );
});

test("a question in the address opens it", async () => {
  await kit.visit(`/?dayi=${encodeURIComponent(ANSWERED)}`, async (page) => {
    await last(page).locator("details.hit[open]").waitFor();
    assert.equal(await last(page).locator(".asked").innerText(), ANSWERED);
    await page.reload();
    await last(page).locator("details.hit[open]").waitFor();
    assert.equal(await dialog(page).locator(".exchange").count(), 1, "asked again, it is not there twice");
  });
});

test("the conversation stays from page to page until it is cleared", async () => {
  await kit.visit("/", async (page) => {
    await askIn(page, ANSWERED);
    await page.goto(`${kit.origin}/next`);
    assert.equal(await dialog(page).count(), 0, "it stays closed on the next page");
    await button(page).click();
    await last(page).locator("details.hit[open] .prose").waitFor();
    await dialog(page).getByText("删除对话").click();
    assert.equal(await dialog(page).locator(".exchange").count(), 0);
    assert.equal((await focused(page)).name, "q");
    await page.goto(kit.origin);
    await button(page).click();
    await dialog(page).waitFor();
    assert.equal(await dialog(page).locator(".exchange").count(), 0);
  });
});

test("options change scope, words, place, colour and shortcut", async () => {
  const trouble = await kit.visit("/options", async (page) => {
    await button(page).waitFor();
    assert.equal((await button(page).innerText()).trim(), "Help");
    assert.ok((await button(page).boundingBox()).x < 100);
    const colours = await button(page).evaluate((element) => [getComputedStyle(element).backgroundColor, getComputedStyle(element).color]);
    assert.deepEqual(colours, ["rgb(255, 212, 0)", "rgb(13, 15, 23)"], "a bright colour gets dark text");
    await page.keyboard.press("Control+/");
    await dialog(page).waitFor();
    assert.equal(await field(page).getAttribute("placeholder"), "Type here");
    assert.equal(await dialog(page).locator(".greeting").innerText(), "Hi there");
    const searched = page.waitForRequest(/\/search\?/);
    await dialog(page).getByText("no provider").click();
    assert.equal(new URL((await searched).url()).searchParams.get("tag"), "dubbo");
    await last(page).locator(".lead").waitFor();
    await page.locator("dayi-widget").evaluate((element) => (element.dataset.lang = "zh-CN"));
    await last(page).getByText("没有解决").or(last(page).getByText("还没有")).first().waitFor();
  });
  assert.deepEqual(trouble, []);
});

test("the page can open, ask, clear and close it", async () => {
  const trouble = await kit.visit("/", async (page) => {
    const widget = page.locator("dayi-widget");
    const ids = await widget.evaluate((element, question) => new Promise((found) => {
      element.addEventListener("dayi-answer", ({ detail }) => found(detail.ids));
      element.ask(question);
    }), ANSWERED);
    assert.equal(ids[0], "dayi-cors");
    await widget.evaluate((element) => element.clear());
    assert.equal(await dialog(page).locator(".exchange").count(), 0);
    await widget.evaluate((element) => element.close());
    assert.equal(await dialog(page).isVisible(), false);
  });
  assert.deepEqual(trouble, []);
});

test("light and dark follow the attribute, the page, and the system", async () => {
  const ground = (page) => dialog(page).evaluate((element) => getComputedStyle(element).backgroundColor);
  const [light, dark] = ["rgb(255, 255, 255)", "rgb(22, 26, 34)"];
  for (const [path, colorScheme, expected] of [["/", "light", light], ["/both", "dark", dark], ["/both", "light", light], ["/dark", "light", dark]]) {
    await kit.visit(path, async (page) => {
      await button(page).click();
      await dialog(page).waitFor();
      assert.equal(await ground(page), expected, `${path} ${colorScheme}`);
      if (path === "/dark") return;
      await page.evaluate((scheme) => (document.documentElement.style.colorScheme = scheme), colorScheme === "dark" ? "light" : "dark");
      const other = expected === dark ? light : dark;
      await page.waitForFunction((other) => getComputedStyle(document.querySelector("dayi-widget").shadowRoot.querySelector("dialog")).backgroundColor === other, other);
    }, { colorScheme });
  }
});

test("the switches that pages have for themselves are followed", async () => {
  const ground = (page) => dialog(page).evaluate((element) => getComputedStyle(element).backgroundColor);
  const isNow = (page, expected) => page.waitForFunction((expected) => getComputedStyle(document.querySelector("dayi-widget").shadowRoot.querySelector("dialog")).backgroundColor === expected, expected);
  const [light, dark] = ["rgb(255, 255, 255)", "rgb(22, 26, 34)"];
  for (const [colorScheme, own, other] of [["light", light, dark], ["dark", dark, light]]) {
    const wanted = colorScheme === "light" ? "dark" : "light";
    await kit.visit("/both", async (page) => {
      await button(page).click();
      await dialog(page).waitFor();
      for (const [element, name, value] of [["html", "data-theme", wanted], ["html", "class", `a ${wanted} b`], ["html", "data-bs-theme", wanted], ["body", "class", `${wanted}-mode`], ["body", "data-theme", wanted], ["body", "class", `theme-${wanted}`], ["html", "style", `color-scheme:${wanted}`], ["body", "style", `color-scheme:${wanted}`]]) {
        assert.equal(await ground(page), own);
        await page.evaluate(([element, name, value]) => document.querySelector(element).setAttribute(name, value), [element, name, value]);
        await isNow(page, other);
        await page.evaluate(([element, name]) => document.querySelector(element).removeAttribute(name), [element, name]);
        await isNow(page, own);
      }
      // What says nothing of light or dark changes nothing.
      await page.evaluate(() => { document.documentElement.dataset.theme = "auto"; document.documentElement.className = "darkroom highlight"; });
      await page.waitForTimeout(100);
      assert.equal(await ground(page), own);
    }, { colorScheme, reducedMotion: "reduce" });
  }
});

test("a page that says nothing of light or dark is followed by its background", async () => {
  const ground = (page) => dialog(page).evaluate((element) => getComputedStyle(element).backgroundColor);
  const isNow = (page, expected) => page.waitForFunction((expected) => getComputedStyle(document.querySelector("dayi-widget").shadowRoot.querySelector("dialog")).backgroundColor === expected, expected);
  const [light, dark] = ["rgb(255, 255, 255)", "rgb(22, 26, 34)"];
  await kit.visit("/", async (page) => {
    await button(page).click();
    await dialog(page).waitFor();
    assert.equal(await ground(page), light, "without a background a page is white, also on a dark system");
    for (const [element, colour, expected] of [["html", "#101418", dark], ["body", "rgb(250 250 245)", light], ["body", "rgb(0 0 0 / 4%)", dark], ["html", "oklch(0.95 0.02 200)", light]]) {
      await page.evaluate(([element, colour]) => (document.querySelector(element).style.background = colour), [element, colour]);
      await isNow(page, expected);
    }
    // A background that changes slowly is what it becomes.
    await page.evaluate(() => { document.body.style.transition = "background-color .2s"; });
    await page.evaluate(() => { document.body.style.backgroundColor = "#000"; });
    await isNow(page, dark);
  }, { colorScheme: "dark", reducedMotion: "no-preference" });
});

test("nothing of it is printed", async () => {
  await kit.visit("/", async (page) => {
    await button(page).waitFor();
    await page.emulateMedia({ media: "print" });
    assert.equal(await button(page).isVisible(), false);
    await page.emulateMedia({ media: "screen" });
    await button(page).click();
    await dialog(page).waitFor();
    await page.emulateMedia({ media: "print" });
    assert.equal(await dialog(page).isVisible(), false);
    await page.goto(`${kit.service.url}/questions/dayi-cors`);
    for (const part of [".rating", "header.site", ".meta.end"]) assert.equal(await page.locator(part).isVisible(), false, part);
    assert.ok(await page.locator("article .answer").isVisible());
  });
});

test("code is copied", async () => {
  await kit.visit("/", async (page) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await askIn(page, ANSWERED);
    const code = last(page).locator(".code").first();
    await code.hover();
    await code.locator("button").click();
    await code.getByText("已复制").waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await code.locator("pre").evaluate((pre) => pre.innerText));
  });
});

test("nothing moves for those who want it so", async () => {
  await kit.visit("/", async (page) => {
    await button(page).click();
    await dialog(page).waitFor();
    assert.equal(await dialog(page).evaluate((element) => element.getAnimations({ subtree: true }).length), 0);
  }, { reducedMotion: "reduce" });
});

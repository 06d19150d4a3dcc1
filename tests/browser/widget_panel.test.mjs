// The panel beside the page: its home view, its field, its frame, and questions that go on with the last one.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ANSWERED, RELATED, askIn, button, dialog, field, focused, last, plainPage, startWidget } from "./widget_kit.mjs";

let kit;
const PAGES = {
  "/tag": 'data-tag="nacos"',
  "/left": 'data-position="left"',
  "/examples": 'data-examples="第一个问题|第二个问题"',
};
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, reducedMotion: "reduce" };

before(async () => {
  kit = await startWidget({
    page: (path, service) => path === "/rtl" ? plainPage(path, service).replace("<html", '<html dir="rtl"') : plainPage(path, service, PAGES[path]),
  });
});
after(() => kit?.stop());

/** Opens the widget and waits for its home view. */
async function openHome(page) {
  await button(page).click();
  await dialog(page).locator(".home .pick").nth(1).waitFor();
}

const back = (page) => dialog(page).getByRole("button", { name: "返回" });
const earlier = (page) => dialog(page).locator(".home li:has(.tool)");

test("the page beside it stays in use", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await page.evaluate(() => {
      globalThis.keys = [];
      document.addEventListener("keydown", ({ key }) => globalThis.keys.push(key));
    });
    await askIn(page, ANSWERED);
    await page.locator("h1").click();
    assert.ok(await dialog(page).isVisible(), "a click on the page closes nothing");
    await page.keyboard.press("j");
    await field(page).focus();
    await page.keyboard.press("k");
    assert.deepEqual(await page.evaluate(() => globalThis.keys), ["j"], "each has its own keys");
    await page.locator("h1").dblclick({ position: { x: 20, y: 20 } });
    assert.equal(await page.evaluate(() => String(getSelection()).trim().length > 0), true, "text can be selected");
    await page.getByText("下一页").click();
    assert.equal(new URL(page.url()).pathname, "/next");
  });
  assert.deepEqual(trouble, []);
});

test("it stands above everything the page has", async () => {
  await kit.visit("/", async (page) => {
    await page.evaluate(() => {
      const cover = document.createElement("div");
      cover.style.cssText = "position:fixed;inset:0;z-index:2147483647;background:red;transform:none";
      document.documentElement.append(cover);
      document.body.style.cssText = "transform:scale(.5);overflow:hidden";
    });
    await page.locator("dayi-widget").evaluate((element) => element.open());
    await field(page).click();
    assert.equal((await focused(page)).name, "q");
  });
});

test("the home view offers popular questions of the tag, which are asked on a click", async () => {
  const trouble = await kit.visit("/tag", async (page) => {
    const asked = page.waitForRequest(/\/popular\?/);
    await openHome(page);
    assert.equal(new URL((await asked).url()).searchParams.get("tag"), "nacos");
    const first = dialog(page).getByText("可以从这里问起").locator("+ ul .pick").first();
    const text = (await first.innerText()).trim();
    await first.click();
    await last(page).locator("details.hit[open]").waitFor();
    assert.equal(await last(page).locator(".asked").innerText(), text);
  });
  assert.deepEqual(trouble, []);
});

test("examples of the page come in the place of popular questions", async () => {
  await kit.visit("/examples", async (page) => {
    let asked = 0;
    page.on("request", (request) => (asked += request.url().includes("/popular") ? 1 : 0));
    await openHome(page);
    assert.deepEqual(await dialog(page).locator("[part=example]").allInnerTexts(), ["第一个问题", "第二个问题"]);
    assert.equal(asked, 0);
  });
});

test("a home view that cannot be filled still takes questions", async () => {
  await kit.visit("/", async (page) => {
    await page.context().route("**/widget-home.js*", (route) => route.abort("connectionrefused"));
    await button(page).click();
    await dialog(page).getByText("你好，描述你遇到的问题").waitFor();
    await askIn(page, ANSWERED);
    await last(page).locator("details.hit[open]").waitFor();
  });
});

test("earlier conversations are listed, gone on with and deleted", async () => {
  const trouble = await kit.visit("/", async (page, posted) => {
    await askIn(page, ANSWERED);
    await last(page).getByText("有帮助", { exact: true }).click();
    await back(page).click();
    await earlier(page).first().waitFor();
    assert.deepEqual(await earlier(page).allInnerTexts(), [ANSWERED]);
    await askIn(page, RELATED);
    // They are of the browser, and survive the tab.
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(`${kit.origin}/next`);
    await openHome(page);
    assert.deepEqual(await earlier(page).allInnerTexts(), [RELATED, ANSWERED]);
    const kept = await page.evaluate(() => JSON.stringify(localStorage));
    assert.ok(!kept.includes("answer_html") && kept.length < 4_000, "answers are looked up again");
    const searched = page.waitForRequest(/\/search\?/);
    await earlier(page).nth(1).locator(".pick").click();
    assert.equal(new URL((await searched).url()).searchParams.get("typing"), "true", "it is no new question");
    await last(page).locator("details.hit[open] .prose").waitFor();
    assert.equal(await last(page).getByText("有帮助", { exact: true }).getAttribute("aria-pressed"), "true", "its rating is remembered");
    assert.equal(posted.to("/api/v1/feedback").length, 1);
    await back(page).click();
    await earlier(page).first().waitFor();
    assert.deepEqual(await earlier(page).allInnerTexts(), [ANSWERED, RELATED]);
    await dialog(page).getByRole("button", { name: `删除对话：${RELATED}` }).click();
    assert.deepEqual(await earlier(page).allInnerTexts(), [ANSWERED]);
    assert.ok((await focused(page)).inDialog, "the focus is not lost");
    await earlier(page).first().locator(".pick").click();
    await dialog(page).getByText("删除对话", { exact: true }).click();
    await dialog(page).locator(".home [part=example]").first().waitFor();
    assert.equal(await earlier(page).count(), 0);
  });
  assert.deepEqual(trouble, []);
});

test("a question from the page comes after the conversation that an earlier page stored", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await askIn(page, ANSWERED);
    await page.goto(`${kit.origin}/?dayi=${encodeURIComponent(RELATED)}`);
    await dialog(page).locator(".exchange").nth(1).locator(".lead").waitFor();
    assert.deepEqual(await dialog(page).locator(".asked").allInnerTexts(), [ANSWERED, RELATED]);
    await page.goto(kit.origin);
    await page.locator("dayi-widget").evaluate((element) => element.clear());
    await openHome(page);
    assert.equal(await earlier(page).count(), 0, "cleared before it was shown, it is gone");
  });
  assert.deepEqual(trouble, []);
});

test("no more than a few conversations are stored", async () => {
  await kit.visit("/", async (page) => {
    for (let at = 0; at < 7; at++) {
      await askIn(page, `第 ${at} 个问题`);
      await back(page).click();
    }
    const counts = await page.evaluate(() => Object.entries(localStorage).filter(([name]) => name.startsWith("dayi-conversation")).map(([, kept]) => JSON.parse(kept).length));
    assert.deepEqual(counts, [5]);
    await earlier(page).nth(2).waitFor();
    assert.equal(await earlier(page).count(), 3);
  });
});

test("stored conversations that make no sense hurt nobody", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await askIn(page, ANSWERED);
    for (const odd of ["{", "null", "[null,[],[null],[{}]]", '{"a":1}']) {
      await page.evaluate((odd) => {
        for (const name of Object.keys(localStorage)) if (name.startsWith("dayi-")) localStorage.setItem(name, odd);
        sessionStorage.clear();
        localStorage.setItem("dayi-panel-size", odd);
      }, odd);
      await page.reload();
      await openHome(page);
      assert.equal(await earlier(page).count(), 0, odd);
    }
  });
  assert.deepEqual(trouble, []);
});

test("the experts are asked from the home view", async () => {
  const trouble = await kit.visit("/tag", async (page, posted) => {
    await openHome(page);
    await dialog(page).getByText("问专家").click();
    await dialog(page).getByLabel("你的问题").fill("一个没有人答过的问题");
    await dialog(page).getByRole("button", { name: "提交给专家" }).click();
    await dialog(page).locator(".expert").getByText(/已提交给专家，编号 \d+/).waitFor();
    assert.deepEqual(posted.to("/api/v1/asks").map(({ body }) => [body.question, body.tag]), [["一个没有人答过的问题", "nacos"]]);
    await back(page).click();
    await dialog(page).locator(".home .pick").first().waitFor();
  });
  assert.deepEqual(trouble, []);
});

test("the field grows with its text up to six lines, Shift+Enter makes a line and Enter asks", async () => {
  await kit.visit("/", async (page) => {
    await openHome(page);
    const height = async () => (await field(page).boundingBox()).height;
    const one = await height();
    await field(page).pressSequentially("第一行");
    await page.keyboard.press("Shift+Enter");
    await field(page).pressSequentially("第二行");
    assert.equal(await field(page).inputValue(), "第一行\n第二行");
    assert.ok((await height()) > one + 15);
    await field(page).fill("行\n".repeat(40));
    assert.ok((await height()) <= one + 6 * 24, "then it scrolls");
    await field(page).fill("第一行\n第二行");
    await page.keyboard.press("Enter");
    await last(page).locator(".lead").waitFor();
    assert.equal(await last(page).locator(".asked").innerText(), "第一行\n第二行");
    assert.equal(await height(), one, "and shrinks again");
  });
});

test("the arrow keys move in a text of several lines", async () => {
  await kit.visit("/", async (page) => {
    await openHome(page);
    await field(page).fill("nacos 端口\n第二行");
    await field(page).evaluate((input) => input.setSelectionRange(0, 0));
    await page.keyboard.press("ArrowDown");
    await page.waitForTimeout(300);
    assert.ok((await field(page).evaluate((input) => input.selectionStart)) > 0);
    assert.ok(await dialog(page).locator(".dayi-list").isHidden());
  });
});

test("a pasted trace keeps its lines", async () => {
  await kit.visit("/", async (page) => {
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await openHome(page);
    const trace = "java.lang.IllegalStateException: Client not connected\n\tat com.alibaba.nacos.Client.run(Client.java:1)\nCaused by: current status:STARTING";
    await page.evaluate((text) => navigator.clipboard.writeText(text), trace);
    await field(page).focus();
    await page.keyboard.press("Control+v");
    assert.equal(await field(page).inputValue(), trace);
    await page.keyboard.press("Enter");
    await last(page).locator(".lead").first().waitFor();
    assert.equal(await last(page).locator(".asked").textContent(), trace);
  });
});

test("a follow-up goes on with the last question, unless the visitor says no", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await askIn(page, "Nacos 要开放哪些端口");
    const searches = [];
    page.on("request", (request) => request.url().includes("/search?") && searches.push(new URL(request.url()).searchParams));
    await askIn(page, "那防火墙呢");
    const chip = last(page).locator(".carried");
    await chip.waitFor();
    assert.match(await chip.innerText(), /接着上一问：.*Nacos/);
    assert.equal(searches[0].get("after"), "Nacos 要开放哪些端口");
    await page.reload();
    await button(page).click();
    await chip.waitFor();
    await chip.getByRole("button", { name: "不接上一问" }).click();
    await chip.waitFor({ state: "detached" });
    await last(page).locator(".lead").waitFor();
    assert.equal(searches.at(-1).get("after"), null);
    assert.ok((await focused(page)).inDialog);
    await askIn(page, RELATED);
    assert.equal(await last(page).locator(".carried").count(), 0, "a question of its own goes on with nothing");
  });
  assert.deepEqual(trouble, []);
});

test("questions about the same matter are asked on a click", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await page.context().route("**/related?*", (route) => route.fulfill({ headers: { "access-control-allow-origin": "*" }, json: { related: ["dayi-cors", "x1", "x2", "x3", "x4"].map((id) => ({ id, title: `问题 ${id}`, url: `/questions/${id}`, date: null, tags: [] })) } }));
    await askIn(page, ANSWERED);
    const chips = last(page).locator(".next button");
    await chips.first().waitFor();
    assert.deepEqual(await chips.allInnerTexts(), ["问题 x1", "问题 x2", "问题 x3"], "without what is shown already");
    await chips.nth(1).click();
    await dialog(page).locator(".exchange").nth(1).locator(".lead").waitFor();
    assert.equal(await last(page).locator(".asked").innerText(), "问题 x2");
  });
  assert.deepEqual(trouble, []);
});

for (const [path, outwards] of [["/", -1], ["/left", 1]]) {
  test(`its outer edge resizes it within the window, and the size is remembered, at ${path}`, async () => {
    const trouble = await kit.visit(path, async (page) => {
      await openHome(page);
      const before = await dialog(page).boundingBox();
      const edge = await dialog(page).locator(".edge").boundingBox();
      await page.mouse.move(edge.x + 3, edge.y + 8);
      await page.waitForTimeout(300);
      await page.mouse.down();
      await page.mouse.move(edge.x + 3 + outwards * 100, edge.y + 68, { steps: 4 });
      await page.mouse.up();
      const after = await dialog(page).boundingBox();
      assert.deepEqual([Math.round(after.width - before.width), Math.round(before.height - after.height)], [100, 60]);
      await page.reload();
      await openHome(page);
      assert.equal((await dialog(page).boundingBox()).width, after.width);
      await page.setViewportSize({ width: 700, height: 500 });
      const { x, y, width, height } = await dialog(page).boundingBox();
      assert.ok(x >= 0 && y >= 0 && x + width <= 700 && y + height <= 500, "it never leaves the window");
    }, { viewport: { width: 1300, height: 900 }, reducedMotion: "reduce" });
    assert.deepEqual(trouble, []);
  });
}

test("a button makes it wide and high, and small again", async () => {
  await kit.visit("/", async (page) => {
    await openHome(page);
    const small = await dialog(page).boundingBox();
    const expand = dialog(page).getByRole("button", { name: "展开或还原" });
    await expand.focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction((width) => document.querySelector("dayi-widget").shadowRoot.querySelector("dialog").offsetWidth > width, small.width + 100);
    await expand.click();
    assert.deepEqual(await dialog(page).boundingBox(), small);
  }, { viewport: { width: 1300, height: 900 }, reducedMotion: "reduce" });
});

/** Moves a finger from a place by a distance, as fast as a hand does. */
async function drag(page, { x, y }, [dx, dy]) {
  const client = await page.context().newCDPSession(page);
  const touch = (type, share) => client.send("Input.dispatchTouchEvent", { type, touchPoints: share === undefined ? [] : [{ x: x + dx * share, y: y + dy * share }] });
  await touch("touchStart", 0);
  for (let share = 0.1; share <= 1; share += 0.1) {
    await page.waitForTimeout(25);
    await touch("touchMove", share);
  }
  await touch("touchEnd");
}

test("on a phone it is over the page, and a handle pulls or presses it away", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await button(page).click();
    await dialog(page).locator(".home .pick").first().waitFor();
    assert.notEqual((await focused(page)).name, "q", "no keyboard hides the home view");
    assert.equal(await dialog(page).evaluate((element) => element.matches(":modal")), true);
    assert.ok(await dialog(page).getByRole("button", { name: "展开或还原" }).isHidden());
    const grip = dialog(page).locator(".grip");
    const { x, y, width } = await grip.boundingBox();
    const pull = (by) => drag(page, { x: x + width / 2, y: y + 10 }, [0, by]);
    for (let opening = 0; opening < 2; opening++) {
      await pull(200);
      await dialog(page).waitFor({ state: "hidden", timeout: 2_000 });
      assert.match((await focused(page)).text, /专家答疑/);
      await button(page).click();
      await dialog(page).waitFor();
    }
    await pull(50);
    await page.waitForTimeout(100);
    assert.ok(await dialog(page).isVisible(), "let go early, it springs back");
    assert.equal((await dialog(page).boundingBox()).y, 0);
    await page.mouse.move(x + width / 2, y + 10);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + 60, { steps: 4 });
    await page.mouse.up();
    await page.waitForTimeout(100);
    assert.ok(await dialog(page).isVisible(), "of a mouse, too, although that makes a click");
    await grip.tap();
    await dialog(page).waitFor({ state: "hidden", timeout: 2_000 });
    await button(page).click();
    await grip.click();
    await dialog(page).waitFor({ state: "hidden", timeout: 2_000 });
  }, PHONE);
  assert.deepEqual(trouble, []);
});

test("a finger resizes it on a tablet, from the first time on", async () => {
  await kit.visit("/", async (page) => {
    await button(page).tap();
    await dialog(page).locator(".home .pick").first().waitFor();
    const before = await dialog(page).boundingBox();
    const edge = await dialog(page).locator(".edge").boundingBox();
    await drag(page, { x: edge.x + 3, y: edge.y + 300 }, [-100, 0]);
    assert.equal(Math.round((await dialog(page).boundingBox()).width - before.width), 100);
  }, { viewport: { width: 1024, height: 900 }, hasTouch: true, reducedMotion: "reduce" });
});

test("while it loads the button says so", async () => {
  await kit.visit("/", async (page) => {
    let go;
    const wait = new Promise((later) => (go = later));
    await page.context().route("**/widget-panel.js*", async (route) => { await wait; await route.continue(); });
    await button(page).click();
    await page.waitForFunction(() => document.querySelector("dayi-widget").shadowRoot.querySelector(".open").ariaBusy === "true");
    go();
    await dialog(page).waitFor();
    assert.equal(await button(page).getAttribute("aria-busy"), "false");
    assert.equal(await button(page).isVisible(), false, "the panel stands where the button was");
    await page.keyboard.press("Escape");
    assert.ok(await button(page).isVisible());
  });
});

test("on a page from right to left it is laid out so, and its texts read as they are written", async () => {
  await kit.visit("/rtl", async (page) => {
    await askIn(page, ANSWERED);
    const box = (selector) => dialog(page).locator(selector).first().boundingBox();
    const [log, asked, close, title] = [await box(".log"), await box(".asked"), await box("header .tool:last-child"), await box("h2")];
    assert.ok(asked.x - log.x < 40, "questions are at the end of the line");
    assert.ok(close.x < title.x, "so is the button that closes");
    assert.ok(log.x + log.width - (title.x + title.width) >= 10, "the title keeps its distance");
    const directions = await dialog(page).evaluate((element) => [".prose", "pre"].map((part) => getComputedStyle(element.querySelector(part)).direction));
    assert.deepEqual(directions, ["ltr", "ltr"]);
  });
});

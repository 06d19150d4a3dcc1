// What the panel keeps while things change around it: the focus, what is typed, the view that was left, what the browser stores.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ANSWERED, NONE, RELATED, askIn, button, dialog, field, focused, last, startWidget } from "./widget_kit.mjs";

const DRAFT = "写了一半";
let kit;

before(async () => {
  kit = await startWidget();
});
after(() => kit?.stop());

const back = (page) => dialog(page).getByRole("button", { name: "返回" });
const isModal = (page) => dialog(page).evaluate((element) => element.matches(":modal"));
const stored = (page) => page.evaluate(() => [...Object.entries(localStorage), ...Object.entries(sessionStorage)].filter(([name]) => /conversation|outbox/.test(name)));

async function openHome(page) {
  await button(page).click();
  await dialog(page).locator(".home .pick").nth(1).waitFor();
}

/** Puts a field on the page that labels the widget as one types. */
async function labelling(page) {
  await page.evaluate(() => {
    const label = document.createElement("input");
    label.id = "label";
    label.addEventListener("input", () => (document.querySelector("dayi-widget").dataset.label = label.value));
    document.querySelector("main").append(label);
  });
  return page.locator("#label");
}

/** Answers requests for these addresses only when told to. */
async function hold(page, addresses) {
  let go;
  const wait = new Promise((later) => (go = later));
  await page.context().route(addresses, async (route) => { await wait; await route.continue(); });
  return async () => {
    go();
    await page.waitForTimeout(400);
  };
}

test("a page that changes its attributes takes neither focus nor what is typed", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await openHome(page);
    await field(page).fill(DRAFT);
    const label = await labelling(page);
    await label.pressSequentially("问问专家", { delay: 40 });
    assert.equal(await label.inputValue(), "问问专家");
    await dialog(page).locator("h2").getByText("问问专家").waitFor();
    assert.equal((await focused(page)).tag, "input");
    assert.equal(await field(page).inputValue(), DRAFT);
    await field(page).focus();
    await page.locator("dayi-widget").evaluate((element) => (element.dataset.label = "别的名字"));
    await dialog(page).locator("h2").getByText("别的名字").waitFor();
    assert.equal((await focused(page)).name, "q", "the focus stays in the panel if it was there");
    await page.keyboard.type("了");
    assert.equal(await field(page).inputValue(), `${DRAFT}了`);
    await page.keyboard.press("Escape");
    await page.locator("dayi-widget").evaluate((element) => (element.dataset.label = "关着"));
    await openHome(page);
    assert.equal(await field(page).inputValue(), `${DRAFT}了`, "closed, it keeps it, too");
  });
  assert.deepEqual(trouble, []);
});

test("a page that moves it keeps the focus it has", async () => {
  await kit.visit("/", async (page) => {
    await openHome(page);
    await (await labelling(page)).focus();
    await page.locator("dayi-widget").evaluate((element) => document.querySelector("main").append(element));
    await dialog(page).waitFor();
    await page.waitForTimeout(100);
    assert.equal((await focused(page)).tag, "input");
  });
});

test("a conversation that loads when it is left does not come back", async () => {
  const trouble = await kit.visit("/", async (page) => {
    const release = await hold(page, "**/widget-conversation.js*");
    await openHome(page);
    await dialog(page).locator("[part=example]").first().click();
    await back(page).click();
    await dialog(page).locator("[part=example]").first().waitFor();
    await release();
    assert.equal(await dialog(page).locator(".exchange").count(), 0);
    assert.ok(await dialog(page).locator("[part=example]").first().isVisible());
    await askIn(page, ANSWERED);
    assert.equal(await dialog(page).locator(".exchange").count(), 1);
    assert.ok(await back(page).isVisible());
  });
  assert.deepEqual(trouble, []);
});

test("a form that loads when it is left neither comes back nor takes the focus", async () => {
  const trouble = await kit.visit("/", async (page) => {
    const release = await hold(page, "**/widget-answer.js*");
    await openHome(page);
    await dialog(page).getByText("问专家").click();
    await back(page).click();
    await dialog(page).locator("[part=example]").first().waitFor();
    await page.locator("a").focus();
    await release();
    assert.equal(await dialog(page).locator(".expert").count(), 0);
    assert.ok(await dialog(page).locator("[part=example]").first().isVisible());
    assert.equal((await focused(page)).tag, "a");
  });
  assert.deepEqual(trouble, []);
});

test("questions that are asked while it loads are all answered", async () => {
  const trouble = await kit.visit("/", async (page) => {
    const release = await hold(page, "**/widget-conversation.js*");
    await openHome(page);
    await page.locator("dayi-widget").evaluate((element, questions) => { for (const question of questions) element.ask(question); }, [ANSWERED, RELATED]);
    await release();
    await dialog(page).locator(".exchange .lead").nth(1).waitFor();
    assert.deepEqual(await dialog(page).locator(".asked").allInnerTexts(), [ANSWERED, RELATED]);
  });
  assert.deepEqual(trouble, []);
});

test("an earlier conversation looks up one question after another and brings up the last", async () => {
  const trouble = await kit.visit("/", async (page) => {
    const questions = [ANSWERED, RELATED, "Nacos 要开放哪些端口", NONE];
    for (const question of questions) await askIn(page, question);
    await page.evaluate(() => sessionStorage.clear());
    await page.goto(`${kit.origin}/next`);
    await openHome(page);
    const asked = [];
    let [running, most] = [0, 0];
    await page.context().route("**/api/v1/search?*", async (route) => {
      asked.push(new URL(route.request().url()).searchParams.get("q"));
      most = Math.max(most, ++running);
      await page.waitForTimeout(100);
      running--;
      await route.continue();
    });
    await dialog(page).locator(".home li:has(.tool) .pick").first().click();
    await dialog(page).locator(".exchange .lead").nth(3).waitFor();
    assert.equal(most, 1);
    assert.deepEqual(asked, questions.toReversed());
    assert.deepEqual(await dialog(page).locator(".asked").allInnerTexts(), questions);
    const [log, question] = [await dialog(page).locator(".log").boundingBox(), await last(page).locator(".asked").boundingBox()];
    assert.ok(question.y >= log.y && question.y < log.y + log.height / 2, `the last question is in sight: ${question.y} of ${log.y}`);
  });
  assert.deepEqual(trouble, []);
});

test("what is typed is gone only when it is asked", async () => {
  await kit.visit("/", async (page) => {
    await openHome(page);
    await field(page).fill(DRAFT);
    await dialog(page).locator("[part=example]").first().click();
    await last(page).locator(".lead").waitFor();
    assert.equal(await field(page).inputValue(), DRAFT, "an example leaves it");
    await page.locator("dayi-widget").evaluate((element, question) => element.ask(question), ANSWERED);
    assert.equal(await field(page).inputValue(), DRAFT, "so does the page");
    await field(page).press("Enter");
    await dialog(page).locator(".asked").getByText(DRAFT).waitFor();
    assert.equal(await field(page).inputValue(), "");
    await field(page).pressSequentially("nacos duank", { delay: 15 });
    await dialog(page).locator("[role=option]").first().click();
    assert.equal(await field(page).inputValue(), "", "a suggestion takes its place");
  });
});

test("a window that gets narrow puts the panel over the page, with its focus and draft, and beside it again", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await openHome(page);
    await field(page).fill(DRAFT);
    for (const [width, modal] of [[600, true], [1000, false], [600, true]]) {
      await page.setViewportSize({ width, height: 800 });
      await page.waitForFunction((modal) => document.querySelector("dayi-widget").shadowRoot.querySelector("dialog").matches(":modal") === modal, modal);
      assert.equal((await focused(page)).name, "q");
      assert.equal(await field(page).inputValue(), DRAFT);
    }
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "hidden" });
    await page.setViewportSize({ width: 1000, height: 800 });
    await page.waitForTimeout(100);
    assert.equal(await dialog(page).isVisible(), false, "closed, it stays closed");
    await openHome(page);
    await page.locator("a").focus();
    await page.setViewportSize({ width: 600, height: 800 });
    await page.waitForFunction(() => document.querySelector("dayi-widget").shadowRoot.querySelector("dialog").matches(":modal"));
    assert.ok((await focused(page)).inDialog, "over the page, it has the focus");
    await page.setViewportSize({ width: 1000, height: 800 });
    await page.waitForFunction(() => document.querySelector("dayi-widget").shadowRoot.querySelector("dialog").matches(":popover-open"));
    assert.equal(await isModal(page), false);
  }, { viewport: { width: 1000, height: 800 } });
  assert.deepEqual(trouble, []);
});

test("the page clears all conversations and receipts, and what waits is sent without one", async () => {
  const trouble = await kit.visit("/", async (page, posted) => {
    await askIn(page, ANSWERED);
    await back(page).click();
    await askIn(page, NONE);
    await last(page).getByRole("button", { name: "提交给专家" }).click();
    await last(page).getByText(/已提交给专家，编号 \d+/).waitFor();
    assert.match(JSON.stringify(await stored(page)), /asks\/[0-9a-f]{32}/);
    await page.reload();
    await page.locator("dayi-widget").evaluate((element) => element.clear());
    assert.deepEqual(await stored(page), []);
    await openHome(page);
    assert.equal(await dialog(page).locator(".home li:has(.tool)").count(), 0);
    posted.answer = () => ({ lost: true });
    await askIn(page, `${NONE}？`);
    await last(page).getByRole("button", { name: "提交给专家" }).click();
    await last(page).getByText("恢复连接后会自动发送").waitFor();
    await page.locator("dayi-widget").evaluate((element) => element.clear());
    assert.deepEqual((await stored(page)).map(([name]) => name.split(" ")[0]), ["dayi-outbox"], "what waits is not lost");
    posted.answer = () => ({ status: 201 });
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await page.waitForFunction(() => !Object.keys(localStorage).some((name) => name.startsWith("dayi-outbox")));
    assert.equal(posted.accepted.size, 2);
  });
  assert.deepEqual(trouble.filter((what) => !what.includes("ERR_CONNECTION_RESET")), []);
});

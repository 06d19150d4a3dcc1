// What visitors send from the widget: ratings and questions for the experts, none lost, none twice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ANSWERED, NONE, askIn, button, dialog, last, startWidget } from "./widget_kit.mjs";

const FEEDBACK = "/api/v1/feedback";
const ASKS = "/api/v1/asks";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
let kit;

before(async () => {
  kit = await startWidget();
});
after(() => kit?.stop());

const rate = (page) => last(page).locator(".rate").first();
const queue = (page) => page.evaluate(() => Object.entries(localStorage).filter(([name]) => name.startsWith("dayi-outbox")).flatMap(([, kept]) => JSON.parse(kept)));

/** Waits until `condition` holds of what has been posted. */
async function until(page, condition) {
  for (let i = 0; i < 100 && !condition(); i++) await page.waitForTimeout(50);
  assert.ok(condition());
}

test("an answer is rated, the rating explained and changed", async () => {
  const trouble = await kit.visit("/", async (page, posted) => {
    await page.evaluate(() => {
      globalThis.told = [];
      document.addEventListener("dayi-feedback", ({ detail }) => globalThis.told.push(detail.rating));
    });
    await askIn(page, ANSWERED);
    await rate(page).getByText("没帮助").click();
    await rate(page).getByText("谢谢反馈").waitFor();
    assert.equal(await rate(page).getByText("没帮助").getAttribute("aria-pressed"), "true");
    await rate(page).getByLabel("步骤不可用").check();
    await rate(page).getByLabel("内容过时").check();
    await rate(page).locator("textarea").fill("第二步报错");
    await rate(page).getByText("提交", { exact: true }).click();
    await until(page, () => posted.to(FEEDBACK).length === 2);
    await rate(page).getByText("有帮助", { exact: true }).click();
    await until(page, () => posted.to(FEEDBACK).length === 3);
    const bodies = posted.to(FEEDBACK).map(({ body }) => body);
    const common = { question_id: "dayi-cors", query: ANSWERED, page: `${kit.origin}/`, language: "zh-CN" };
    assert.deepEqual(bodies, [
      { ...common, rating: "unhelpful" },
      { ...common, rating: "unhelpful", reasons: ["outdated", "steps_fail"], comment: "第二步报错" },
      { ...common, rating: "helpful" },
    ]);
    assert.ok(posted.all.every(({ key }) => UUID.test(key)));
    assert.equal(new Set(posted.all.map(({ key }) => key)).size, 3);
    assert.deepEqual(await page.evaluate(() => globalThis.told), ["unhelpful", "unhelpful", "helpful"]);
    await page.reload();
    await button(page).click();
    await last(page).locator(".rate").first().waitFor();
    assert.equal(await rate(page).getByText("有帮助", { exact: true }).getAttribute("aria-pressed"), "true", "the rating is remembered");
  });
  assert.deepEqual(trouble, []);
});

test("a rating survives a lost connection and counts once", async () => {
  await kit.visit("/", async (page, posted) => {
    await askIn(page, ANSWERED);
    posted.answer = () => ({ lost: true });
    await rate(page).getByText("有帮助", { exact: true }).click();
    await rate(page).getByText("恢复连接后会自动发送").waitFor();
    assert.equal((await queue(page)).length, 1);
    // The page is left before it could be sent; another page of the site sends it on loading.
    posted.answer = () => ({ status: 201 });
    await page.goto(`${kit.origin}/next`);
    await until(page, () => posted.accepted.size === 1);
    await page.waitForFunction(() => !Object.keys(localStorage).some((name) => name.startsWith("dayi-outbox")));
    await page.reload();
    await page.waitForTimeout(400);
    assert.equal(posted.accepted.size, 1);
    assert.equal(new Set(posted.to(FEEDBACK).map(({ key }) => key)).size, 1, "every try has the same key");
    assert.equal(posted.to(FEEDBACK).length, 2);
  });
});

test("it is sent again when the browser is back online", async () => {
  await kit.visit("/", async (page, posted) => {
    await askIn(page, ANSWERED);
    posted.answer = () => ({ lost: true });
    await rate(page).getByText("有帮助", { exact: true }).click();
    await rate(page).getByText("恢复连接后会自动发送").waitFor();
    posted.answer = () => ({ status: 201 });
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await rate(page).getByText("谢谢反馈").waitFor();
    assert.equal(posted.accepted.size, 1);
  });
});

test("a service that asks for a pause gets it", async () => {
  await kit.visit("/", async (page, posted) => {
    await askIn(page, ANSWERED);
    let tries = 0;
    posted.answer = () => (tries++ ? { status: 201 } : { status: 429, headers: { "retry-after": "2" }, body: { detail: "稍后再试" } });
    await rate(page).getByText("有帮助", { exact: true }).click();
    await rate(page).getByText("恢复连接后会自动发送").waitFor();
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await page.waitForTimeout(500);
    assert.equal(tries, 1, "not before the time asked for");
    await rate(page).getByText("谢谢反馈").waitFor({ timeout: 10_000 });
    assert.equal(tries, 2);
  });
});

test("a final refusal is shown and not repeated", async () => {
  await kit.visit("/", async (page, posted) => {
    await askIn(page, ANSWERED);
    posted.answer = () => ({ status: 400, body: { title: "参数有误", detail: "这条解答已经不在了", code: "bad_parameter" } });
    await rate(page).getByText("有帮助", { exact: true }).click();
    await rate(page).getByText("这条解答已经不在了").waitFor();
    assert.deepEqual(await queue(page), []);
    await page.reload();
    await page.waitForTimeout(300);
    assert.equal(posted.to(FEEDBACK).length, 1);
  });
});

test("a later rating takes the place of one that still waits", async () => {
  await kit.visit("/", async (page, posted) => {
    await askIn(page, ANSWERED);
    posted.answer = () => ({ lost: true });
    await rate(page).getByText("有帮助", { exact: true }).click();
    await rate(page).getByText("恢复连接后会自动发送").waitFor();
    posted.answer = () => ({ status: 201 });
    await rate(page).getByText("没帮助").click();
    await until(page, () => posted.accepted.size > 0);
    await page.waitForTimeout(200);
    assert.deepEqual([...posted.accepted.values()].map(({ rating }) => rating), ["unhelpful"]);
  });
});

test("a question without an answer goes to the experts and gets a number", async () => {
  const trouble = await kit.visit("/", async (page, posted) => {
    await askIn(page, NONE);
    await last(page).getByLabel("联系方式").fill("a@example.org");
    await last(page).getByRole("button", { name: "提交给专家" }).click();
    await last(page).getByText(/已提交给专家，编号 \d+/).waitFor();
    assert.deepEqual(posted.to(ASKS).map(({ body }) => body), [{ question: NONE, contact: "a@example.org", page: `${kit.origin}/`, language: "zh-CN" }]);
    await page.reload();
    await button(page).click();
    await last(page).getByText(/已提交给专家，编号 \d+/).waitFor();
    assert.equal(posted.to(ASKS).length, 1);
  });
  assert.deepEqual(trouble, []);
});

test("a question to the experts is followed by a link, also after a reload", async () => {
  await kit.visit("/", async (page) => {
    await askIn(page, NONE);
    await last(page).getByRole("button", { name: "提交给专家" }).click();
    const link = last(page).getByRole("link", { name: "查看进展" });
    await link.waitFor();
    await page.reload();
    await button(page).click();
    const [receipt] = await Promise.all([page.waitForEvent("popup"), link.click()]);
    await receipt.waitForURL(/\/asks\/[0-9a-f]{32}$/);
    assert.equal(await receipt.locator(".said").innerText(), NONE);
    await receipt.goto(`${kit.service.url}/ask`);
    assert.equal(await receipt.locator(".mine li").count(), 1, "the site knows it as the visitor's own");
  });
});

test("what looks like a secret is sent only when the visitor says so", async () => {
  await kit.visit("/", async (page, posted) => {
    await askIn(page, NONE);
    await last(page).locator("textarea").fill("password=hunter2 登不上");
    await last(page).getByRole("button", { name: "提交给专家" }).click();
    await last(page).getByText("看起来含有密码").waitFor();
    assert.equal(posted.accepted.size, 0);
    await last(page).getByText("仍然提交").click();
    await last(page).getByText("已提交给专家，编号").waitFor();
    assert.equal(posted.accepted.size, 1);
    assert.deepEqual(await queue(page).then((kept) => kept.filter(({ receipt }) => !receipt)), []);
  });
});

test("a question is kept while offline, and acknowledged once it was sent", async () => {
  await kit.visit("/", async (page, posted) => {
    posted.answer = () => ({ lost: true });
    await askIn(page, NONE);
    await last(page).getByRole("button", { name: "提交给专家" }).click();
    await last(page).getByText("恢复连接后会自动发送").waitFor();
    await page.reload();
    await button(page).click();
    await last(page).getByText("恢复连接后会自动发送").waitFor();
    posted.answer = () => ({ status: 201 });
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await last(page).getByText(/已提交给专家，编号 \d+/).waitFor();
    assert.equal(posted.accepted.size, 1);
    assert.equal(await dialog(page).locator(".expert form").count(), 0);
  });
});

test("a browser lets all of it through from an allowed origin, and the service keeps it", async () => {
  const trouble = await kit.visit("/", async (page) => {
    // Nothing stands between: the browser itself asks whether it may send.
    await page.context().unrouteAll();
    await askIn(page, ANSWERED);
    const answered = page.waitForResponse((response) => response.url().endsWith("/api/v1/feedback") && response.request().method() === "POST");
    await last(page).getByRole("button", { name: "有帮助", exact: true }).click();
    assert.equal((await answered).status(), 201);
    const { question_id } = await (await answered).json();
    const { feedback } = await (await fetch(`${kit.service.url}/api/v1/questions/${question_id}`)).json();
    assert.equal(feedback.helpful, 1);
  });
  assert.deepEqual(trouble, []);
});

test("a question that is sent in haste is sent once", async () => {
  const trouble = await kit.visit("/", async (page, posted) => {
    await askIn(page, NONE);
    const form = last(page).locator(".expert form");
    await form.locator(".send").dblclick();
    await last(page).getByText(/已提交给专家/).first().waitFor();
    assert.equal(posted.to(ASKS).length, 1);
    await askIn(page, `${NONE}？`);
    // Three times within one tick.
    await page.evaluate(() => {
      const sending = [...document.querySelector("dayi-widget").shadowRoot.querySelectorAll(".send")].at(-1);
      for (let i = 0; i < 3; i++) sending.click();
    });
    await last(page).getByText(/已提交给专家/).first().waitFor();
    assert.equal(posted.to(ASKS).length, 2);
    // Refused, it can be sent again.
    posted.answer = () => ({ status: 422, body: { detail: "太短", code: "bad_field" } });
    await askIn(page, `${NONE}！`);
    await last(page).locator(".send").dblclick();
    await last(page).getByText("太短").waitFor();
    assert.equal(posted.to(ASKS).length, 3);
    assert.equal(await last(page).locator(".send").getAttribute("aria-disabled"), "false");
    posted.answer = () => ({ status: 201 });
    await last(page).locator(".send").click();
    await last(page).getByText(/已提交给专家/).first().waitFor();
    assert.equal(posted.to(ASKS).length, 4);
  });
  assert.deepEqual(trouble.filter((what) => !what.includes("422")), []);
});

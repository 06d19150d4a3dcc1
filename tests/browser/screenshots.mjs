// Pictures of every kind of page and every state of the widget, phone and desktop, light and dark:
// `npm run screenshots -- FOLDER [CONTENT]`.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { ANSWERED, NONE, RELATED, askIn, button, dialog, field, last, lightAndDark, plainPage, startWidget } from "./widget_kit.mjs";

const [folder = "screenshots", content] = process.argv.slice(2);
const LOG = `Nacos 客户端连不上服务端，日志如下：\n${"\tat org.example.service.Frame.call(Frame.java:120)\n".repeat(300)}Caused by: java.net.ConnectException: 9848`;
const SIZES = { desktop: { viewport: { width: 1280, height: 860 } }, phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true } };

await mkdir(folder, { recursive: true });
const kit = await startWidget({ content, page: (path, service) => lightAndDark(plainPage(path, service, 'data-examples="Nacos 客户端连不上怎么排查？|2.x 要开放哪些端口？"')) });
const hits = await (await fetch(`${kit.service.url}/api/v1/search?q=${encodeURIComponent("Nacos 配置")}`)).json();
const pages = {
  home: "/",
  results: `/search?q=${encodeURIComponent("Nacos 配置")}`,
  long: `/search?q=${encodeURIComponent(`Nacos 配置 ${"org.example.service.Frame.call ".repeat(40)}`)}`,
  nothing: `/search?q=${encodeURIComponent("qwzx")}`,
  answer: hits.hits[0].url,
  missing: "/questions/no-such-question",
  questions: "/questions",
  tags: "/tags",
  ask: "/ask",
  asks: "/asks",
  docs: "/docs",
  embed: "/embed",
};
for (const [size, device] of Object.entries(SIZES)) {
  for (const colorScheme of ["light", "dark"]) {
    const options = { ...device, colorScheme, reducedMotion: "reduce" };
    const take = (page, name) => page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
    await kit.visit("/", async (page) => {
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(kit.service.url + path);
        await take(page, name);
      }
      await page.goto(kit.service.url);
      await page.locator("input[name=q]").first().pressSequentially("nacos", { delay: 20 });
      await page.locator("[role=option]").first().waitFor();
      await page.keyboard.press("ArrowDown");
      await take(page, "typing");
      await page.goto(`${kit.service.url}/questions/dayi-cors`);
      await page.emulateMedia({ media: "print" });
      await take(page, "printed");
    }, options);
    await kit.visit("/", (page, posted) => widgetStates(page, posted, (name) => take(page, `widget-${name}`)), options);
  }
}
await kit.stop();

/** Every state of the widget, one after the other. */
async function widgetStates(page, posted, take) {
  const bringUp = (locator) => locator.evaluate((element) => element.scrollIntoView({ block: "end" }));
  await button(page).waitFor();
  await take("closed");
  await button(page).click();
  await dialog(page).waitFor();
  await take("open");
  await field(page).pressSequentially("nacos", { delay: 20 });
  await dialog(page).locator("[role=option]").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await take("typing");
  await askIn(page, ANSWERED);
  await take("answered");
  const rate = last(page).locator(".rate").first();
  await rate.getByText("没帮助").click();
  await bringUp(rate);
  await take("why");
  const expert = last(page).locator(".expert");
  await bringUp(expert);
  await take("others");
  await expert.locator("button").click();
  await bringUp(expert);
  await take("ask-after-answer");
  await askIn(page, "Nacos 2.x 要开放哪些端口？防火墙怎么配");
  await bringUp(last(page).locator(".code, table").first());
  await take("code");
  await page.locator("dayi-widget").evaluate((element, log) => element.ask(log), LOG);
  await last(page).locator(".left-out").waitFor();
  await take("long");
  await askIn(page, RELATED);
  await take("related");
  await askIn(page, NONE);
  await take("none");
  posted.answer = () => ({ status: 422, body: { detail: "问题里像是有密码或令牌，请去掉后再提交。", code: "looks_secret" } });
  await last(page).locator(".send").click();
  await last(page).locator(".expert .action").waitFor();
  await bringUp(last(page).locator(".expert"));
  await take("looks-secret");
  posted.answer = () => ({ status: 201 });
  await last(page).locator(".expert .action").click();
  await last(page).locator(".expert form").waitFor({ state: "detached" });
  await take("sent");
  await page.context().route("**/api/v1/search?*", (route) => route.abort());
  await askIn(page, "服务不在时会怎样");
  await take("down");
}

// What the tests of the widget share: the service, a site of another origin that embeds it, and a visitor.
import { once } from "node:events";
import { createServer } from "node:http";
import { startBrowser, startService, watchPage } from "./service.mjs";

/** Questions over content/ by the answer state they get. */
export const ANSWERED = "别的网站怎么跨域调用 dayi 的接口";
export const RELATED = "nacos 升级";
export const NONE = "怎么养一只猫";

/** The service, a browser, and a site whose pages are made by `page(path, service)` under `policy(service, path)`. `environment` holds settings of the service. */
export async function startWidget({ page = plainPage, policy = undefined, content = undefined, environment = {} } = {}) {
  let service;
  const site = createServer((request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    const path = new URL(request.url, "http://site").pathname;
    if (policy) response.setHeader("content-security-policy", policy(service, path));
    response.end(page(path, service));
  }).listen(0, "127.0.0.1");
  await once(site, "listening");
  const origin = `http://127.0.0.1:${site.address().port}`;
  const [started, browser] = await Promise.all([startService(content, { DAYI_CORS_ORIGINS: origin, DAYI_FEEDBACK_PER_MINUTE: "1000", ...environment }), startBrowser()]);
  service = started;
  return {
    service,
    browser,
    origin,
    /** A new visitor on a page of the site; gives what went wrong there. */
    async visit(path, steps, options = {}) {
      const context = await browser.newContext({ locale: "zh-CN", ...options });
      const visitor = await context.newPage();
      const trouble = watchPage(visitor, service.url);
      const posted = await watchPosts(context);
      await visitor.goto(origin + path);
      await steps(visitor, posted, trouble);
      await context.close();
      return trouble.filter((what) => !what.startsWith(`request: ${origin}`));
    },
    async stop() {
      await browser.close();
      await service.stop();
      site.close();
      site.closeAllConnections();
    },
  };
}

/** A page with the one line of the README. */
export function plainPage(path, service, attributes = "") {
  return `<!doctype html><html lang="zh-CN"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><title>一个网站</title><main><h1>一个网站</h1><p><a href="/next">下一页</a></p></main><script type="module" src="${service.url}/widget.js" ${attributes}></script>`;
}

/** A page that is dark where the system is. */
export const lightAndDark = (page) => page.replace("<main>", "<style>:root{color-scheme:light dark;background:Canvas}</style><main>");

/** Watches what visitors send. The service answers, unless `posted.answer` wants a fault in its place. */
async function watchPosts(context) {
  const posted = { all: [], accepted: new Map(), answer: () => ({ status: 201 }) };
  posted.to = (path) => posted.all.filter((message) => message.path === path);
  const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "content-type, idempotency-key, accept-language", "access-control-expose-headers": "retry-after" };
  for (const path of ["/api/v1/feedback", "/api/v1/asks", "/api/v1/clicks"]) {
    await context.route(`**${path}`, async (route) => {
      const request = route.request();
      if (request.method() === "OPTIONS") return route.continue();
      const message = { path, key: request.headers()["idempotency-key"], body: request.postDataJSON() };
      posted.all.push(message);
      const { status, lost, body, headers } = posted.answer(message);
      if (lost) return route.abort("connectionreset");
      if (status === 201) return route.continue();
      return route.fulfill({ status, headers: { ...cors, ...headers }, contentType: "application/problem+json", body: JSON.stringify(body) });
    });
  }
  context.on("response", (response) => {
    const request = response.request();
    const key = request.headers()["idempotency-key"];
    if (key && response.status() === 201) posted.accepted.set(key, request.postDataJSON());
  });
  return posted;
}

export const button = (page) => page.locator("dayi-widget button.open").first();
export const dialog = (page) => page.locator("dayi-widget dialog").first();
export const field = (page) => dialog(page).locator("[name=q]");
export const last = (page) => dialog(page).locator(".exchange").last();

/** Opens the widget and asks. */
export async function askIn(page, question) {
  if (!(await dialog(page).isVisible())) await button(page).click();
  await field(page).fill(question);
  await page.keyboard.press("Enter");
  await last(page).locator(".lead, .failed").first().waitFor();
}

/** What has the focus, however deep in shadow roots. */
export const focused = (page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return { tag: element.localName, name: element.getAttribute("name"), text: (element.getAttribute("aria-label") || element.innerText || "").trim(), inDialog: !!element.closest("dialog") };
  });

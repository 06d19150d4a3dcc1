// The widget as a guest: on pages with hostile styles, a strict policy, frameworks that render again, and without a service.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compressedSize } from "./service.mjs";
import { ANSWERED, askIn, button, dialog, field, last, plainPage, startWidget } from "./widget_kit.mjs";

let kit;

/** What a page may do to everything in it. */
const HOSTILE = "*{all:unset!important}*,dayi-widget{display:none!important;position:static!important;opacity:0!important;font-size:3px!important;color:red!important}html,head,body,style{display:block!important;opacity:1!important}button,input,dialog,pre{background:red!important;width:7px!important}";
const PAGES = {
  "/two": (_, service) => `<!doctype html><html lang="zh-CN"><link rel="icon" href="data:,"><title>t</title><script type="module" src="${service.url}/widget.js" data-tag="nacos"></script><dayi-widget data-label="Nacos" data-tag="nacos"></dayi-widget><dayi-widget data-label="Dubbo" data-tag="dubbo"></dayi-widget>`,
  "/two-scripts": (_, service) => `<!doctype html><html lang="zh-CN"><link rel="icon" href="data:,"><title>t</title><script type="module" src="${service.url}/widget.js" data-label="One"></script><script type="module" src="${service.url}/widget.js" data-label="Two" data-position="left"></script>`,
  "/manual": (path, service) => plainPage(path, service, "data-manual"),
};

before(async () => {
  kit = await startWidget({
    page: (path, service) => (PAGES[path] ?? plainPage)(path, service),
    // What a host needs to allow, and no more.
    policy: (service) => `default-src 'none'; script-src ${service.url}; connect-src ${service.url}; img-src data:`,
  });
});
after(() => kit?.stop());

test("a strict policy is enough for everything", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await askIn(page, ANSWERED);
    await last(page).locator("details.hit[open] .prose").waitFor();
    assert.equal(await page.evaluate(() => document.cookie), "");
    const storage = await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
    assert.ok(storage.every((name) => name.startsWith("dayi-")), `${storage}`);
  });
  assert.deepEqual(trouble, [], "no violation, no third party");
});

test("hostile styles of the page do not reach it", async () => {
  const look = async (path) => {
    let seen;
    await kit.visit(path, async (page) => {
      if (path === "/hostile") await page.evaluate((css) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        document.adoptedStyleSheets = [sheet];
      }, HOSTILE);
      await button(page).waitFor();
      const closed = await button(page).boundingBox();
      await askIn(page, ANSWERED);
      const styles = await dialog(page).evaluate((element) => [...element.querySelectorAll("h2, .asked, textarea, pre, .prose p, .action")].map((part) => {
        const { fontSize, color, backgroundColor, display, fontFamily } = getComputedStyle(part);
        return [part.localName, fontSize, color, backgroundColor, display, fontFamily];
      }));
      seen = { closed, open: await dialog(page).boundingBox(), styles };
    }, { reducedMotion: "reduce" });
    return seen;
  };
  assert.deepEqual(await look("/hostile"), await look("/"));
});

test("a logo that the page does not allow leaves no hole", async () => {
  const logo = join(import.meta.dirname, "../../assets/favicon.svg");
  const site = await startWidget({ policy: (service, path) => `img-src data: ${path === "/allowed" ? service.url : ""}`, environment: { DAYI_SITE_LOGO: logo } });
  try {
    for (const [path, shown] of [["/allowed", 1], ["/", 0]]) await site.visit(path, async (page) => {
      await button(page).click();
      await dialog(page).locator(".home .pick").first().waitFor();
      await page.waitForTimeout(200);
      assert.equal(await dialog(page).locator(".logo").count(), shown, path);
    });
  } finally {
    await site.stop();
  }
});

test("two widgets keep their scopes and do not cover each other", async () => {
  const trouble = await kit.visit("/two", async (page) => {
    await page.locator("button.open").nth(1).waitFor();
    assert.equal(await page.locator("dayi-widget").count(), 2, "the script places none where the page does");
    const [one, two] = await Promise.all([0, 1].map((at) => page.locator("button.open").nth(at).boundingBox()));
    assert.ok(two.y + two.height <= one.y, "one stands above the other");
    for (const [at, tag] of ["nacos", "dubbo"].entries()) {
      await page.locator("button.open").nth(at).click();
      const searched = page.waitForRequest(/\/search\?/);
      await page.locator("dayi-widget").nth(at).locator("[name=q]").fill("连不上怎么办");
      await page.keyboard.press("Enter");
      assert.equal(new URL((await searched).url()).searchParams.get("tag"), tag);
      await page.keyboard.press("Escape");
    }
    await page.reload();
    await page.locator("button.open").nth(1).click();
    await page.locator("dayi-widget").nth(1).locator(".lead").waitFor();
    assert.equal(await page.locator("dayi-widget").nth(1).locator(".exchange").count(), 1, "each has a conversation of its own");
  });
  assert.deepEqual(trouble, []);
});

test("each script element places one, data-manual none", async () => {
  await kit.visit("/two-scripts", async (page) => {
    await page.locator("button.open").nth(1).waitFor();
    assert.deepEqual(await page.locator("button.open").allInnerTexts(), ["One", "Two"]);
  });
  await kit.visit("/manual", async (page) => {
    await page.waitForFunction(() => customElements.get("dayi-widget"));
    assert.equal(await page.locator("dayi-widget").count(), 0);
  });
});

test("a page that renders again, moves it or replaces its body keeps it", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await askIn(page, ANSWERED);
    await page.locator("dayi-widget").evaluate((element) => {
      const place = document.createElement("div");
      document.body.append(place);
      place.append(element);
    });
    await dialog(page).waitFor();
    assert.equal(await dialog(page).locator(".exchange").count(), 1, "moved, it stays open with its conversation");
    await page.keyboard.press("Escape");
    await page.evaluate(() => document.body.replaceChildren(document.createElement("main")));
    await button(page).waitFor();
    await page.evaluate(() => {
      const body = document.createElement("body");
      history.pushState({}, "", "/elsewhere");
      document.body.replaceWith(body);
    });
    await button(page).click();
    await last(page).locator("details.hit[open]").waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("dayi-widget").count(), 1);
    await page.locator("dayi-widget").evaluate((element) => element.remove());
    await page.evaluate(() => document.body.append("x"));
    await page.waitForTimeout(100);
    assert.equal(await page.locator("dayi-widget").count(), 0, "taken away on purpose, it stays away");
  });
  assert.deepEqual(trouble, []);
});

test("an element that a framework makes, changes and drops works at every step", async () => {
  const trouble = await kit.visit("/manual", async (page) => {
    await page.waitForFunction(() => customElements.get("dayi-widget"));
    for (let round = 0; round < 3; round++) {
      await page.evaluate((round) => {
        document.querySelector("dayi-widget")?.parentNode.removeChild(document.querySelector("dayi-widget"));
        const made = document.createElement("dayi-widget");
        document.body.append(made);
        made.setAttribute("data-label", `第 ${round} 次`);
        made.setAttribute("data-tag", "nacos");
      }, round);
      await button(page).click();
      await dialog(page).waitFor();
      assert.equal(await dialog(page).locator("h2").innerText(), `第 ${round} 次`);
      await page.locator("dayi-widget").evaluate((element) => element.setAttribute("data-label", "改了"));
      await dialog(page).locator("h2").getByText("改了").waitFor();
    }
  });
  assert.deepEqual(trouble, []);
});

test("while the service is down it says so, and a retry goes on", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await button(page).click();
    await field(page).waitFor();
    await page.context().route("**/api/v1/search?*", (route) => route.abort("connectionrefused"));
    await askIn(page, ANSWERED);
    await last(page).getByText("暂时连不上答疑服务").waitFor();
    await page.context().unroute("**/api/v1/search?*");
    await last(page).getByText("重试").click();
    await last(page).locator("details.hit[open]").waitFor();
  });
  assert.deepEqual(trouble.filter((what) => !what.includes("ERR_CONNECTION_REFUSED")), [], "nothing but the browser's own line");
});

test("a service that is busy says so itself", async () => {
  await kit.visit("/", async (page) => {
    await page.context().route("**/api/v1/search?*", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", headers: { "access-control-allow-origin": "*" }, body: JSON.stringify({ detail: "请求太多，请稍后再试。", code: "busy" }) }));
    await askIn(page, ANSWERED);
    await last(page).getByText("请求太多，请稍后再试。").waitFor();
  });
});

test("an answer that does not come is given up after ten seconds", async () => {
  await kit.visit("/", async (page) => {
    await button(page).click();
    await field(page).waitFor();
    await page.context().route("**/api/v1/search?*", () => {});
    await field(page).fill(ANSWERED);
    await page.keyboard.press("Enter");
    await last(page).getByText("正在查找").waitFor();
    await last(page).getByText("暂时连不上答疑服务").waitFor({ timeout: 15_000 });
  });
});

test("modules that could not be loaded are loaded later", async () => {
  const trouble = await kit.visit("/", async (page) => {
    await page.context().route("**/widget-answer.js*", (route) => route.abort("connectionrefused"));
    await page.context().route("**/widget-panel.js*", (route) => route.abort("connectionrefused"));
    await button(page).click();
    await button(page).getByText("暂时打不开").waitFor();
    await page.context().unroute("**/widget-panel.js*");
    await askIn(page, ANSWERED);
    await last(page).getByText("暂时连不上答疑服务").waitFor();
    await page.context().unroute("**/widget-answer.js*");
    await last(page).getByText("重试").click();
    await last(page).locator("details.hit[open]").waitFor();
  });
  assert.deepEqual(trouble.filter((what) => !what.includes("ERR_CONNECTION_REFUSED")), []);
});

test("an origin that is not allowed is told so in one line", async () => {
  const said = [];
  await kit.visit("/", async (page) => {
    page.on("console", (message) => message.type() === "warning" && said.push(message.text()));
    await page.goto(kit.origin.replace("127.0.0.1", "localhost"));
    for (let round = 0; round < 2; round++) {
      await askIn(page, ANSWERED);
      await last(page).getByText("重试").waitFor();
    }
  });
  assert.equal(said.length, 1, `${said}`);
  assert.match(said[0], /cors_origins/);
});

for (const [device, options] of [["desktop", {}], ["phone", { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }]]) test(`loading it shifts nothing and what it loads is small, on a ${device}`, async () => {
  const loaded = new Set();
  await kit.visit("/", async (page) => {
    page.on("request", (request) => request.url().includes(".js") && loaded.add(new URL(request.url()).pathname));
    await page.reload();
    await button(page).click();
    await field(page).waitFor();
    const shift = await page.evaluate(() => new Promise((measured) => {
      let sum = 0;
      new PerformanceObserver((list) => list.getEntries().forEach((entry) => (sum += entry.value))).observe({ type: "layout-shift", buffered: true });
      setTimeout(() => measured(sum), 400);
    }));
    assert.equal(shift, 0);
    assert.ok(await dialog(page).locator(".pick").count() > 1, "the home view is complete");
  }, options);
  assert.ok(loaded.has("/widget.js") && loaded.has("/widget-panel.js"), `${[...loaded]}`);
  assert.ok(!loaded.has("/widget-answer.js"), "answers come with the first question");
  let sum = 0;
  for (const path of loaded) sum += await compressedSize(kit.service.url + path);
  assert.ok(sum <= 12 * 1024, `${sum} bytes before the first question`);
});

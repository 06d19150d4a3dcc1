// Hostile documents and hostile questions: none of their scripts runs in the page that embeds the widget.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { askIn, dialog, last, startWidget } from "./widget_kit.mjs";

/** Each tries to set `window.hurt` or to open a dialog. */
const ATTACKS = [
  "<script>hurt=1</script>", "<img src=x onerror=hurt=1>", "<svg onload=hurt=1>", "<svg><script>hurt=1</script></svg>", "<svg><animate onbegin=hurt=1 attributeName=x dur=1s>",
  "<iframe src=\"javascript:parent.hurt=1\"></iframe>", "<iframe srcdoc=\"<script>parent.hurt=1</script>\"></iframe>", "<object data=\"javascript:hurt=1\"></object>", "<embed src=\"javascript:hurt=1\">",
  "<a href=\"javascript:hurt=1\">go</a>", "<a href=\"java\tscript:hurt=1\">go</a>", "<a href=\"&#106;avascript:hurt=1\">go</a>", "[go](javascript:hurt=1)", "[go](data:text/html,<script>hurt=1</script>)", "<a href=\"vbscript:hurt=1\">go</a>",
  "<details open ontoggle=hurt=1>", "<input autofocus onfocus=hurt=1>", "<form action=\"javascript:hurt=1\"><button>go</button></form>", "<button formaction=\"javascript:hurt=1\">go</button>", "<video><source onerror=hurt=1></video>", "<audio src=x onerror=hurt=1>",
  "<style>@import 'javascript:hurt=1'</style>", "<link rel=stylesheet href=\"javascript:hurt=1\">", "<meta http-equiv=refresh content=\"0;url=javascript:hurt=1\">", "<base href=\"javascript:hurt=1//\">", "<template><img src=x onerror=hurt=1></template>",
  "<math><mtext><table><mglyph><style><img src=x onerror=hurt=1></style></mglyph></table></mtext></math>", "<noscript><p title=\"</noscript><img src=x onerror=hurt=1>\">", "<svg></p><style><a id=\"</style><img src=x onerror=hurt=1>\">", "<p style=\"background:url(javascript:hurt=1)\">x</p>",
  "\"><img src=x onerror=hurt=1>", "'-hurt=1-'", "{{constructor.constructor('hurt=1')()}}", "${hurt=1}", "`onmouseover=hurt=1`", "<dialog open onclose=hurt=1>", "<body onload=hurt=1>", "<marquee onstart=hurt=1>x</marquee>", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>",
];

let kit, content;

before(async () => {
  content = await mkdtemp(join(tmpdir(), "dayi-hostile-"));
  await Promise.all(ATTACKS.map((attack, at) => writeFile(join(content, `${at}.md`), documentWith(attack, at))));
  kit = await startWidget({ content });
});
after(async () => {
  await kit?.stop();
  await rm(content, { recursive: true });
});

/** The attack stands wherever a document has text. */
function documentWith(attack, at) {
  const quoted = JSON.stringify(`攻击 attack${at} ${attack}`);
  return `---\nid: "attack-${at}"\ntitle: ${quoted}\ndate: "2026-01-01"\ntags: [${JSON.stringify(attack)}]\n---\n## 用户问题 ：\n攻击 attack${at} ${attack}\n\n---------------\n## 专家官方解答 ：\n\n解答 attack${at}\n\n${attack}\n\n- ${attack}\n\n\`\`\`js\n${attack}\n\`\`\`\n\n## 参考链接 ：\n\n* [${attack.replaceAll(/[[\]]/g, "")}](javascript:hurt=1)\n* ${attack}\n`;
}

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
      const odd = await last(page).locator(".prose").evaluate((prose) => [...prose.querySelectorAll("*")].filter((element) => element.matches("script,iframe,object,embed,style,link,meta,base,form,svg,math") || [...element.attributes].some(({ name, value }) => name.startsWith("on") || name === "style" || /^\s*(javascript|vbscript|data):/i.test(value))).map((element) => element.outerHTML));
      assert.deepEqual(odd, [], attack);
      await page.context().unroute("**/api/v1/search?*");
    }
  }));

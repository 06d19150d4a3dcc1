// Pages with Trusted Types: the widget needs one policy, and says so where the page forbids it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ANSWERED, askIn, last, plainPage, startWidget } from "./widget_kit.mjs";

const TRUST = { "": "", "/named": "; trusted-types dayi", "/none": "; trusted-types 'none'", "/others": "; trusted-types other-one" };
let kit;

before(async () => {
  kit = await startWidget({
    page: plainPage,
    policy: (service, path) => `default-src 'none'; img-src data:; script-src ${service.url}; connect-src ${service.url}; require-trusted-types-for 'script'${TRUST[path] ?? ""}`,
  });
});
after(() => kit?.stop());

for (const path of ["/", "/named"]) {
  test(`a page that requires trusted types has everything, at ${path}`, async () => {
    const trouble = await kit.visit(path, async (page, posted) => {
      await askIn(page, ANSWERED);
      await last(page).locator("details.hit[open] .prose pre").first().waitFor();
      assert.ok((await last(page).locator(".prose [class^=hl-]").count()) > 0);
      await last(page).locator(".rate .action").first().click();
      await last(page).getByText("谢谢反馈").waitFor();
      assert.equal(posted.to("/api/v1/feedback").length, 1);
    });
    assert.deepEqual(trouble, []);
  });
}

for (const path of ["/none", "/others"]) {
  test(`a page that forbids the policy shows the text and says why, at ${path}`, async () => {
    await kit.visit(path, async (page) => {
      await askIn(page, ANSWERED);
      const prose = last(page).locator("details.hit[open] .prose");
      await prose.waitFor();
      assert.match(await last(page).locator(".plainly").innerText(), /Trusted Types/);
      assert.match(await prose.innerText(), /cors_origins/);
      assert.doesNotMatch(await prose.innerText(), /<\w+|&lt;/, "no markup");
      assert.doesNotMatch(await last(page).locator(".snippet").nth(1).innerText(), /<mark>/);
      assert.equal(await last(page).getByText("暂时连不上").count(), 0);
      assert.match(await last(page).locator(".meta a").first().getAttribute("href"), /\/questions\//);
    });
  });
}

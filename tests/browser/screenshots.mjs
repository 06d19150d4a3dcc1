// Pictures of every kind of page, phone and desktop, light and dark: `npm run screenshots -- FOLDER [CONTENT]`.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { startBrowser, startService } from "./service.mjs";

const [folder = "screenshots", content] = process.argv.slice(2);
const SIZES = { desktop: { width: 1280, height: 860 }, phone: { width: 390, height: 844 } };

await mkdir(folder, { recursive: true });
const service = await startService(content);
const browser = await startBrowser();
const hits = await (await fetch(`${service.url}/api/v1/search?q=${encodeURIComponent("Nacos 配置")}`)).json();
const pages = {
  home: "/",
  results: `/search?q=${encodeURIComponent("Nacos 配置")}`,
  nothing: `/search?q=${encodeURIComponent("qwzx")}`,
  answer: hits.hits[0].url,
  missing: "/questions/no-such-question",
  docs: "/docs",
};
for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ viewport, colorScheme, locale: "zh-CN", deviceScaleFactor: size === "phone" ? 2 : 1 });
    const page = await context.newPage();
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(service.url + path);
      await page.screenshot({ path: join(folder, `${name}-${size}-${colorScheme}.png`) });
    }
    await page.goto(service.url);
    await page.locator("input[name=q]").pressSequentially("nacos", { delay: 20 });
    await page.locator("[role=option]").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.waitForTimeout(200);
    await page.screenshot({ path: join(folder, `typing-${size}-${colorScheme}.png`) });
    await context.close();
  }
}
await browser.close();
await service.stop();

// Figures of the widget and the search box, printed rather than asserted: `npm run figures [-- CONTENT]`.
import { compressedSize } from "./service.mjs";
import { ANSWERED, button, field, last, plainPage, startWidget } from "./widget_kit.mjs";

const ROUNDS = 9;
const SLOWED = 4;
const BLOCKING = 50;
/** Milliseconds after which a page is loaded, slowed down too. */
const SETTLED = 1_500;

const [content] = process.argv.slice(2);
const kit = await startWidget({ content, page: (path, service) => (path === "/without" ? plainPage(path, service).replace(/<script.*<\/script>/, "") : plainPage(path, service)) });
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

console.log(`widget.js and all before the first question: ${await loaded(async (page) => { await button(page).click(); await field(page).waitFor(); })}`);
console.log(`widget.js on a page that nobody asks on: ${await loaded((page) => button(page).waitFor())}`);
console.log(`search-box.js and all it loads: ${await loaded((page) => page.goto(kit.service.url))}`);

const results = await repeated((page) => untilResults(page));
console.log(`opened with a question until its results are painted, median of ${ROUNDS}: ${median(results).toFixed(0)} ms`);
const blocking = await repeated((page) => page.evaluate(() => globalThis.blocking), SLOWED);
console.log(`main thread blocked while loading, CPU slowed ${SLOWED} times, median and largest of ${ROUNDS}: ${median(blocking).toFixed(0)} and ${Math.max(...blocking).toFixed(0)} ms`);
const keys = await dialogKeys();
console.log(`search dialog, from key to painted results, median and 95 of 100 of ${keys.length}: ${median(keys).toFixed(0)} and ${keys.toSorted((a, b) => a - b)[Math.floor(keys.length * 0.95)].toFixed(0)} ms`);
for (const [name, path] of [["home", "/"], ["results", `/search?q=${encodeURIComponent(ANSWERED)}`], ["list", "/questions"]]) {
  const seen = await painted(path);
  const paints = seen.map(({ paint }) => paint);
  console.log(`page of ${name}: ${seen[0].bytes} bytes with everything it loads, first paint, median of ${seen.length}: ${median(paints).toFixed(0)} ms`);
}
await kit.stop();

/** Bytes that a page of the service loads, and milliseconds until something of it is painted, for a new visitor each time. */
async function painted(path) {
  const measured = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const context = await kit.browser.newContext({ locale: "zh-CN" });
    const page = await context.newPage();
    await page.goto(kit.service.url + path);
    await page.waitForTimeout(SETTLED);
    measured.push(await page.evaluate(() => ({
      bytes: [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
      paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
    })));
    await context.close();
  }
  return measured;
}

/** Milliseconds from each key in the search dialog until what it finds is painted. */
async function dialogKeys() {
  const context = await kit.browser.newContext({ locale: "zh-CN" });
  const page = await context.newPage();
  await page.goto(kit.service.url);
  await page.keyboard.press("Control+k");
  await page.locator("dayi-search-dialog dialog").waitFor();
  await page.waitForTimeout(SETTLED);
  const measured = await page.evaluate(async (texts) => {
    const root = document.querySelector("dayi-search-dialog").shadowRoot;
    const [input, list] = [root.querySelector("input"), root.querySelector("#list")];
    const durations = [];
    for (const text of texts) {
      input.value = "";
      for (const character of text) {
        const started = performance.now();
        const painted = new Promise((done) => new MutationObserver((_, observer) => { observer.disconnect(); requestAnimationFrame(() => setTimeout(() => done(performance.now() - started))); }).observe(list, { childList: true }));
        input.value += character;
        input.dispatchEvent(new InputEvent("input"));
        durations.push(await painted);
      }
    }
    return durations;
  }, [ANSWERED, "nacos 客户端连不上", "为什么服务启动以后在控制台看不到", "seata undo_log"]);
  await context.close();
  return measured;
}

/** Compressed bytes of the scripts that `steps` make a page load. */
async function loaded(steps) {
  const paths = new Set();
  await kit.visit("/without", async (page) => {
    page.on("request", (request) => request.url().startsWith(kit.service.url) && request.resourceType() === "script" && paths.add(new URL(request.url()).pathname));
    await page.goto(`${kit.origin}/`);
    const before = new Set(paths);
    await steps(page);
    // The site of the service itself has no widget.
    if (page.url().startsWith(kit.service.url)) for (const path of before) if (path.includes("widget")) paths.delete(path);
  });
  let sum = 0;
  for (const path of paths) sum += await compressedSize(kit.service.url + path);
  return `${sum} bytes in ${paths.size} modules`;
}

/** `measure` on a page just loaded, by new visitors. Nothing of the tests stands between them and the service. */
async function repeated(measure, slowed = 1) {
  const measured = [];
  for (let round = 0; round < ROUNDS; round++) {
    const context = await kit.browser.newContext({ locale: "zh-CN" });
    const page = await context.newPage();
    const client = await context.newCDPSession(page);
    await client.send("Emulation.setCPUThrottlingRate", { rate: slowed });
    await page.addInitScript((allowed) => {
      globalThis.blocking = 0;
      new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => (globalThis.blocking += duration - allowed))).observe({ type: "longtask", buffered: true });
    }, BLOCKING);
    await page.goto(kit.origin);
    await page.waitForTimeout(SETTLED);
    measured.push(await measure(page));
    await context.close();
  }
  return measured;
}

/** Milliseconds from the call of `ask` on a closed widget to the frame after its results are there. */
async function untilResults(page) {
  const took = await page.evaluate((question) => new Promise((painted) => {
    const widget = document.querySelector("dayi-widget");
    const started = performance.now();
    widget.addEventListener("dayi-answer", () => requestAnimationFrame(() => setTimeout(() => painted(performance.now() - started))));
    widget.ask(question);
  }), ANSWERED);
  await last(page).locator(".prose").first().waitFor();
  return took;
}

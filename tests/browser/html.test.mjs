// The Nu HTML checker, which browsers' makers maintain, finds no error in any page of the site.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { ATTACKS, hostileDocuments } from "./attacks.mjs";
import { startService } from "./service.mjs";

const CHECKER = join(dirname(createRequire(import.meta.url).resolve("vnu-jar/package.json")), "build/dist/vnu.jar");
const NONE = encodeURIComponent("怎么养一只猫");
const LONG = encodeURIComponent("Nacos 连不上 ".repeat(100));
let service, folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "dayi-html-"));
  service = await startService();
});

after(async () => {
  await service?.stop();
  await rm(folder, { recursive: true });
});

/** What the checker says of files. */
function check(files) {
  return new Promise((done, failed) => {
    const checker = spawn("java", ["-Xmx512m", "-jar", CHECKER, "--format", "json", "--errors-only", ...files]);
    let said = "";
    checker.stderr.setEncoding("utf8").on("data", (text) => (said += text));
    checker.once("error", failed);
    checker.once("close", () => {
      try {
        done(JSON.parse(said).messages);
      } catch {
        failed(new Error(`no verdict: ${said}`));
      }
    });
  });
}

/** What the checker finds in pages of a service. */
async function errorsOf({ url: service }, paths) {
  const pages = paths.map((path, at) => ({ path, file: join(folder, `${at}.html`) }));
  for (const { path, file } of pages) await writeFile(file, await (await fetch(service + path)).text());
  const messages = await check(pages.map(({ file }) => file));
  return messages.map(({ url, message, extract, lastLine }) => `${pages.find(({ file }) => url.endsWith(file))?.path}:${lastLine}: ${message} ${extract}`);
}

/** The paths of documents, tags and categories. */
async function listed({ url }) {
  const map = await (await fetch(`${url}/sitemap.xml`)).text();
  return [...map.matchAll(/<loc>[^<]*(\/(?:questions|tags|categories)\/[^<]+)<\/loc>/g)].map((found) => found[1]);
}

/** The path of the receipt of a new ask, which experts released and answered. */
async function receipt({ url, run }) {
  await run(["expert", "password", "li.hua"], "correct horse battery");
  const authorization = `Bearer ${(await run(["expert", "token", "li.hua"])).trim()}`;
  const send = async (path, method, body) => (await fetch(`${url}/api/v1/${path}`, { method, headers: { "content-type": "application/json", authorization }, body: JSON.stringify(body) })).json();
  const { number, receipt_url: path } = await send("asks", "POST", { question: "怎么 <升级> 集群？" });
  await send(`admin/inbox/ask/${number}`, "PATCH", { answered_by: "dayi-cors", released: "怎么 <升级>？" });
  const other = await send("asks", "POST", { question: "怎么卸载？" });
  await send(`admin/inbox/ask/${other.number}`, "PATCH", { released: "怎么卸载？" });
  return path;
}

test("every page is valid HTML", async () => {
  const questions = await listed(service);
  assert.ok(questions.length > 5);
  const paths = ["/", "/search?q=nacos", `/search?q=${NONE}`, `/search?q=${LONG}`, "/search?q=nacos&page=9", "/docs", "/embed", "/ask?q=nacos", "/ask?number=1", await receipt(service), "/asks", "/user/feedbackByEnhancerGradePOJOID?enhancerGradePOJOId=900002", "/questions/none", "/questions", "/questions?sort=helpful", "/tags", "/tags/dayi", "/categories", "/categories/guide", "/admin/login", ...questions];
  assert.deepEqual(await errorsOf(service, paths), []);
});

test("hostile labels, titles and queries make no page invalid", async () => {
  const content = await hostileDocuments();
  const hostile = await startService(content);
  try {
    // What is in an answer is the sanitizer's.
    const lists = (await listed(hostile)).filter((path) => !path.startsWith("/questions/"));
    const paths = ["/", ...lists, ...ATTACKS.flatMap((_, at) => [`/search?q=attack${at}`]), ...ATTACKS.flatMap((attack) => [`/search?q=${encodeURIComponent(attack)}`, `/ask?q=${encodeURIComponent(attack)}`])];
    assert.ok(paths.length > 2 * ATTACKS.length);
    assert.deepEqual(await errorsOf(hostile, paths), []);
  } finally {
    await hostile.stop();
    await rm(content, { recursive: true });
  }
});

test("the checker finds what is wrong", async () => {
  const file = join(folder, "wrong.html");
  await writeFile(file, "<!doctype html><html lang=en><title>t</title><h1>a</h1><h4>b</h4><a href>c</a><p><div></p>");
  assert.ok((await check([file])).length > 0);
});

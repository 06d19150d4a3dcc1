// Starts the real binary on a free port over temporary folders, and a real Chromium.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const ROOT = resolve(import.meta.dirname, "../..");
// For these tests, and no setting of the service.
const { DAYI_BINARY, ...INHERITED } = process.env;
const BINARY = resolve(DAYI_BINARY ?? join(ROOT, "target/debug/dayi"));

/** Serves `content` until `stop()`; `url` is where. */
export async function startService(content = join(ROOT, "content"), environment = {}) {
  const folder = await mkdtemp(join(tmpdir(), "dayi-browser-"));
  const child = spawn(BINARY, ["serve", "--listen", "127.0.0.1:0", "--content", resolve(content), "--index", join(folder, "index"), "--data", join(folder, "data")], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...INHERITED, ...environment },
    cwd: folder,
  });
  let log = "";
  const url = await new Promise((found, failed) => {
    child.stderr.setEncoding("utf8").on("data", (text) => {
      log += text;
      const address = log.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (address) found(address[0]);
    });
    child.once("exit", (code) => failed(new Error(`dayi ended with ${code}: ${log}`)));
  });
  while ((await fetch(`${url}/readyz`)).status !== 200) await new Promise((later) => setTimeout(later, 20));
  return {
    url,
    /** Runs another command over the same folders; gives what it prints. */
    run: (args, input = "") =>
      new Promise((done, failed) => {
        const command = spawn(BINARY, [...args, "--index", join(folder, "index"), "--data", join(folder, "data")], { cwd: folder, env: INHERITED });
        let printed = "";
        command.stdout.on("data", (text) => (printed += text));
        command.stderr.on("data", (text) => (printed += text));
        command.once("exit", (code) => (code === 0 ? done(printed) : failed(new Error(printed))));
        command.stdin.end(input);
      }),
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const [code] = await ended;
      await rm(folder, { recursive: true });
      return code;
    },
  };
}

/** Debian's Chromium, quiet on the network. */
export function startBrowser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}

/** Collects what must not happen on a page: console errors, uncaught errors, requests to another host. */
export function watchPage(page, url) {
  const trouble = [];
  page.on("console", (message) => message.type() === "error" && trouble.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) trouble.push(`request: ${request.url()}`);
  });
  return trouble;
}

/** Bytes of an address as a browser gets them: compressed with Brotli. */
export function compressedSize(url) {
  return new Promise((counted, failed) => {
    get(url, { headers: { "accept-encoding": "br" } }, (response) => {
      let sum = 0;
      if (response.headers["content-encoding"] !== "br") failed(new Error(`${url} is not compressed`));
      response.on("data", (chunk) => (sum += chunk.length)).on("end", () => counted(sum));
    }).on("error", failed);
  });
}

// Texts that run a script where they are taken for markup, and documents made of them.
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Each tries to set `window.hurt` or to open a dialog. */
export const ATTACKS = [
  "<script>hurt=1</script>", "<img src=x onerror=hurt=1>", "<svg onload=hurt=1>", "<svg><script>hurt=1</script></svg>", "<svg><animate onbegin=hurt=1 attributeName=x dur=1s>",
  "<iframe src=\"javascript:parent.hurt=1\"></iframe>", "<iframe srcdoc=\"<script>parent.hurt=1</script>\"></iframe>", "<object data=\"javascript:hurt=1\"></object>", "<embed src=\"javascript:hurt=1\">",
  "<a href=\"javascript:hurt=1\">go</a>", "<a href=\"java\tscript:hurt=1\">go</a>", "<a href=\"&#106;avascript:hurt=1\">go</a>", "[go](javascript:hurt=1)", "[go](data:text/html,<script>hurt=1</script>)", "<a href=\"vbscript:hurt=1\">go</a>",
  "<details open ontoggle=hurt=1>", "<input autofocus onfocus=hurt=1>", "<form action=\"javascript:hurt=1\"><button>go</button></form>", "<button formaction=\"javascript:hurt=1\">go</button>", "<video><source onerror=hurt=1></video>", "<audio src=x onerror=hurt=1>",
  "<style>@import 'javascript:hurt=1'</style>", "<link rel=stylesheet href=\"javascript:hurt=1\">", "<meta http-equiv=refresh content=\"0;url=javascript:hurt=1\">", "<base href=\"javascript:hurt=1//\">", "<template><img src=x onerror=hurt=1></template>",
  "<math><mtext><table><mglyph><style><img src=x onerror=hurt=1></style></mglyph></table></mtext></math>", "<noscript><p title=\"</noscript><img src=x onerror=hurt=1>\">", "<svg></p><style><a id=\"</style><img src=x onerror=hurt=1>\">", "<p style=\"background:url(javascript:hurt=1)\">x</p>",
  "\"><img src=x onerror=hurt=1>", "'-hurt=1-'", "{{constructor.constructor('hurt=1')()}}", "${hurt=1}", "`onmouseover=hurt=1`", "<dialog open onclose=hurt=1>", "<body onload=hurt=1>", "<marquee onstart=hurt=1>x</marquee>", "<img src=x onerror=alert(1)>", "<script>alert(1)</script>",
];

/** What is in an element that could run something or lead elsewhere unseen. */
export const oddIn = (locator) =>
  locator.evaluate((within) => [...within.querySelectorAll("*")].filter((element) => element.matches("script,iframe,object,embed,style,link,meta,base,form,svg,math") || [...element.attributes].some(({ name, value }) => name.startsWith("on") || name === "style" || /^\s*(javascript|vbscript|data):/i.test(value))).map((element) => element.outerHTML));

/** A new folder of documents, one for each attack; its id is `attack-` and the place of the attack. */
export async function hostileDocuments() {
  const content = await mkdtemp(join(tmpdir(), "dayi-hostile-"));
  await Promise.all(ATTACKS.map((attack, at) => writeFile(join(content, `${at}.md`), documentWith(attack, at))));
  return content;
}

/** The attack stands wherever a document has text. */
function documentWith(attack, at) {
  const quoted = JSON.stringify(`攻击 attack${at} ${attack}`);
  return `---\nid: "attack-${at}"\ntitle: ${quoted}\ndate: "2026-01-01"\ntags: [${JSON.stringify(attack)}]\n---\n## 用户问题 ：\n攻击 attack${at} ${attack}\n\n---------------\n## 专家官方解答 ：\n\n解答 attack${at}\n\n${attack}\n\n- ${attack}\n\n\`\`\`js\n${attack}\n\`\`\`\n\n## 参考链接 ：\n\n* [${attack.replaceAll(/[[\]]/g, "")}](javascript:hurt=1)\n* ${attack}\n`;
}

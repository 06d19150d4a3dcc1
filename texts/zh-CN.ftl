### 简体中文的全部文字。站点可以用 words/texts/zh-CN.ftl 替换其中任何一条；语法见 https://projectfluent.org。

## Reasons why an answer did not help

reason-off_topic = 答非所问
reason-outdated = 内容过时
reason-steps_fail = 步骤不可用
reason-unclear = 看不懂
reason-other = 其他

## Rating an answer: page and widget

rate-question = 这个解答有帮助吗？
rate-helpful = 有帮助
rate-unhelpful = 没帮助
rate-why = 哪里不好？
rate-comment = 补充说明（可不填，专家会看到）
rate-send = 提交

## States of an item in the inbox

state-new = 新
state-in_work = 处理中
state-answered = 已解答
state-dismissed = 不处理

## Every page

skip-to-content = 跳到正文
language-name = 中文
theme-system = 跟随系统
theme-light = 浅色
theme-dark = 深色
nav-main = 提问与浏览
nav-ask = 提问
nav-site = 站点
nav-machines = 给开发者
nav-language = 语言
nav-theme = 外观
nav-home = 首页
nav-feed = 订阅
powered-by = 由 dayi 提供检索
back-home = 回到首页
pages = 分页
page-previous = 上一页
page-next = 下一页
page-older = 更早的
honeypot = 请勿填写
list-separator = 、

## Search form and home page

search = 搜索
search-questions = 搜索问题
search-placeholder = 描述你的问题，或粘贴报错信息
home-title = 有问题，问专家
home-about = 用自己的话描述问题，或直接粘贴报错。
home-description = 专家写下的解答，用你自己的话就能搜到。
home-count = { $count } 个问题已有解答
home-newest = 最新解答
home-empty = 还没有文档。把 Markdown 文档放进内容目录，几秒内就会出现在这里。
steps-title = 开始使用
steps-document = 写一篇文档：把 Markdown 文件放进内容目录，几秒内就会出现在这里。没有出现时，{ $command } 会说明哪里不对。
steps-name = 起名字、选颜色：网站名称是 dayi.toml 里的 { $setting }，改后重启服务；小窗的颜色在嵌入页里选。
steps-expert = 添加一位专家：{ $command }，密码由提示输入。专家在这里登录，看访客的评价和提问：
steps-embed = 放到自己的网站上，一两行代码：
tags = 标签
tag = 标签
category = 分类
categories = 分类
years = 年份

## All questions, all tags, all categories

questions-all = { results-all }
questions-by-helpful = 最有帮助
questions-by-read = 看得最多
tags-all = 全部标签
tags-none = 还没有标签。
tags-common = 大多数问题都有的标签
categories-none = 还没有分类。

## Results

results-all = 全部问题
results-title = 搜索结果
results = 结果
results-suggestion = 您是不是要找：
results-no-more = 没有更多结果了
results-last-page = 回到最后一页
results-none-filtered = 没有符合条件的文档
results-none = 还没有这个问题的解答
results-try = 可以试试：
results-try-words = 换一种说法，或只留下最关键的词；
results-try-line = 粘贴报错信息里最具体的一行，或配置项的全名；
results-try-tags = 从首页按标签浏览。
results-without = 去掉条件：
results-count = { $count } 条结果
results-order = 排序
results-by-relevance = 相关
results-by-date = 最新
results-loose = 没有直接的解答，下面的内容可能沾边。
results-related = 这些内容可能有帮助。
results-opposite = 第一条讲的是相反的操作，请留意。
results-topic = 这只是一个名称。说说想做什么、看到了什么报错，能找得更准。
results-weaker = 查看其余 { $count } 条较弱的结果
results-topic-all = 这个话题的全部问题
results-ask-instead = 都不是？提交给专家
results-asked-as = 也有人这样问：
results-similar = 另有 { $count } 条相似
results-whole = 看全文
results-others = 其他可能有关
results-open = 看这一段
results-ask-here = 把问题交给专家，解答会发布在这里。
results-filters = 筛选
results-reduced = 贴出的内容较长，搜索用的是其中说明问题的部分：异常、报错和你写的话。
results-truncated = 内容太长，搜索只用了其中的一部分。可以改贴报错的那几行。

## A question with its answer

question = 问题
question-answer = 专家解答
question-references = 参考
callout-note = 说明
callout-tip = 提示
callout-important = 重要
callout-warning = 警告
callout-caution = 危险
question-contents = 本页内容
question-crumbs = 所在位置
question-source = 编辑源文件
question-updated = 更新于
question-helped = { $share }% 觉得有帮助（{ $count } 人）
copy-link = 复制链接
print = 打印
copy-markdown = 复制 Markdown
question-related = 相关问题
markdown-references = 参考链接

## Rating by the form of a page

rated-title = 谢谢
copy = 复制
copied = 已复制
copy-failed = 复制不了
code-wrap = 换行
rated-unhelpful = 谢谢，专家会看到。
rated = 谢谢，已经记下。再次评价会替换这一次的。

## A question for the experts

ask-experts = 提交给专家
ask-received = 已收到，编号 { $number }。专家会看到这个问题；写成解答后可以在这里搜到。
ask-shortened = 问题太长：保留了开头和结尾，中间的 { $count } 个字符没有保存。
ask-about = 写下遇到的问题、版本和报错，专家会看到。
ask-contact = 联系方式（可不填，只给专家看）
ask-no-secret = 我确认其中没有密码、令牌或密钥

## Following an ask

receipt-title = 你的提问
receipt-sent = 已收到。这一页是你的回执，随时可以回来看进展。
receipt-progress = 进展
receipt-new = 专家会看到这个问题。有了答复会显示在这一页。
receipt-in-work = 专家正在处理。有了答复会显示在这一页。
receipt-answered = 专家已经解答了这个问题。
receipt-search = 搜索解答
receipt-closed = 专家关闭了这个问题，不会再有解答。
receipt-because = 专家的说明
receipt-again = 再问一个问题
receipt-link = 回执的链接
receipt-private = 只有拿到这个链接的人看得到这一页。请自己留好，丢了没有人能替你找回。
ask-state-new = 已收到
ask-state-in_work = 处理中
ask-state-answered = 已解答
ask-state-dismissed = 已关闭

## Asks that all visitors see

asks-title = 大家在问
asks-see = 看看大家在问什么
asks-about = 专家公开的提问。你也遇到同样的问题，就告诉他们。
asks-empty = 现在没有公开的提问。
me-too = 我也遇到
me-too-count = 还有 { $count } 人遇到
me-too-counted = 已记下，专家会看到。

## Asks of this browser

mine-title = 我的提问
mine-about = 从这个浏览器发出的提问，名单只存在这里。
mine-new = { ask-state-new }
mine-in_work = { ask-state-in_work }
mine-answered = { ask-state-answered }
mine-dismissed = { ask-state-dismissed }
mine-gone = 已删除
mine-failed = 暂时读不到进展
mine-remove = 从名单移除

## Similar answers while an ask is typed

similar-answered = 也许已经有解答：
similar-related = 这些解答可能有帮助：
similar-hint = 写下问题时，这里会列出相近的解答。
similar-none = 没有相近的解答。
similar-count = 有 { $count } 篇相近的解答

## The API for people

docs-about = JSON 接口。除 /api/v1/admin 外无需密钥，那里要 dayi expert token 给出的令牌，写成 Authorization: Bearer 令牌。机器可读的描述：
docs-operations = 接口
docs-required = 必填
docs-parameter = 参数
docs-in = 位置
docs-meaning = 含义
docs-errors = 错误
docs-errors-about = 错误以 application/problem+json（RFC 9457）返回，code 是稳定的：

## Putting the widget on another site

embed-title = 放到你的网站上
embed-about = 复制代码放进页面，再把页面的来源加进服务的 { $setting }，否则浏览器不允许它取解答。
embed-copy = { copy }
embed-copied = { copied }
embed-default = 默认
embed-texts = 界面上的每句话都可以用 data-text-… 替换，例如 data-text-placeholder；颜色和字体用自定义属性 --dayi-accent、--dayi-page、--dayi-text、--dayi-line、--dayi-font，其余用 ::part。
embed-widget = 答疑小窗
embed-widget-about = 一行脚本，任何页面的角落就有一个按钮，打开后提问、看解答、评价，没有解答时提交给专家。本页角落里的就是按下面选项运行的小窗。
embed-search-box = 搜索框
embed-search-box-about = 一个边输入边提示的搜索框，放在页面的任何位置。
embed-origin = 要放的页面，网址粘贴在这里
embed-origin-check = 检查
embed-origin-allowed = { $origin } 的页面可以用。
embed-origin-refused = { $origin } 还不被允许，在 dayi.toml 里写：
embed-origin-wrong = “{ $origin }”不是网址，写成 https://example.org 这样。
embed-options = 选项
embed-open = 打开看看
embed-search-dialog = 搜索框弹窗
embed-search-dialog-about = 按 ⌘K 或 Ctrl+K 打开，边输入边搜问题和解答，右边预览。任何带 data-dialog 的按钮也能打开它。
embed-option-dialog-shortcut = 打开的快捷键，默认 Ctrl+K
embed-option-tag = 只答这个标签的问题
embed-option-category = 只答这个分类的问题
embed-option-lang = 界面语言，不写时跟随页面
embed-option-accent = 主色，文字对比度会自动保证
embed-option-position = 按钮在哪个角
embed-option-theme = 明暗，默认跟随页面和系统
embed-option-label = 按钮和标题的文字
embed-option-greeting = 打开时的问候
embed-greeting-example = 你好，遇到什么问题了？
embed-option-examples = 示例问题，用 | 分开
embed-examples-example = Nacos 连不上怎么办|2.x 要开放哪些端口
embed-option-shortcut = 打开的快捷键，默认没有
embed-option-focus = 把光标移进来的快捷键
embed-option-placeholder = 输入框里的提示
embed-placeholder-example = 搜索常见问题

## The widget's button. Keys of the groups widget-, panel-, welcome-, earlier-, conversation-, reply- and box- are the names of data-text- attributes

widget-button = 专家答疑
widget-unavailable = 暂时打不开，请稍后再试

## The widget's panel; `{}` is put in by the script

panel-greeting = 你好，描述你遇到的问题，或直接粘贴报错信息。
panel-placeholder = 输入问题或报错信息
panel-send = 提问
panel-close = 关闭
panel-home = 返回
panel-expand = 展开或还原
panel-pull = 下拉或点按关闭
panel-clear = 删除对话
panel-cleared = 对话已删除
panel-conversation = 对话
panel-asking = 正在查找…
panel-failed = 暂时连不上答疑服务。
panel-retry = 重试
panel-label = 输入提示
panel-count = { $count } 条建议
panel-no-count = 没有建议
panel-down = 暂时没有建议，可直接提问

## The widget's home view

welcome-examples = 可以这样问
welcome-popular = 可以从这里问起
welcome-experts = 问专家
welcome-experts-hint = 没有找到？留下问题，专家会来解答

## The widget's earlier conversations

earlier-heading = 最近的对话
earlier-drop = 删除对话：{ $title }

## The widget's conversation

conversation-asking = { panel-asking }
conversation-said-answered = 找到了解答：{ $title }
conversation-said-related = 没有完全对应的解答，有 { $count } 条可能有帮助
conversation-said-opposite = 第一条讲的是相反的操作：{ $title }
conversation-said-none = 还没有这个问题的解答，可以提交给专家

## The widget's replies

reply-answered = 找到了这个问题的解答
reply-related = 没有完全对应的解答，这些内容可能有帮助
reply-opposite = 第一条讲的是相反的操作，请留意
reply-topic = 说说想做什么、看到了什么报错，能找得更准
reply-none = { results-none }
reply-reduced = { results-reduced }
reply-truncated = { results-truncated }
reply-others = 其他相关问题
reply-carried = 接着上一问：{ $title }
reply-uncarried = 不接上一问，重新查找
reply-next = 接着问
reply-loosely = 这些内容也许沾边
reply-asking = { panel-asking }
reply-failed = 暂时取不到解答。
reply-retry = { panel-retry }
reply-references = { question-references }
reply-date = 更新于 { $date }
reply-visit = 在网站中打开
reply-plain = 这个网站的安全策略（Trusted Types）不允许显示排版，这里只有文字。
reply-copy = { embed-copy }
reply-copied = { embed-copied }
reply-code = 代码
reply-expand = 展开全文
reply-rate = { rate-question }
reply-helpful = { rate-helpful }
reply-unhelpful = { rate-unhelpful }
reply-why = { rate-why }
reply-off_topic = { reason-off_topic }
reply-outdated = { reason-outdated }
reply-steps_fail = { reason-steps_fail }
reply-unclear = { reason-unclear }
reply-other = { reason-other }
reply-comment = { rate-comment }
reply-tell = { rate-send }
reply-thanks = 谢谢反馈
reply-kept = 已保存，恢复连接后会自动发送
reply-unsolved = 没有解决？提交给专家
reply-expert = { ask-experts }
reply-expert-hint = 专家看到后会补充解答。请不要填写密码、密钥等敏感信息。
reply-yours = 你的问题
reply-contact = { ask-contact }
reply-contact-hint = 邮箱等，便于专家回复
reply-confirm = 确认不含敏感信息，仍然提交
reply-sent = 已提交给专家，编号 { $number }
reply-sent-plain = 已提交给专家
reply-follow = 查看进展
reply-sending = 正在提交…

## The search box

box-label = { search }
box-placeholder = { search-placeholder }
box-all = 查看全部结果
box-recent = 最近搜索
box-clear = 清除最近搜索
box-count = { panel-count }
box-no-count = { panel-no-count }
box-down = 暂时没有建议，回车可直接搜索

## The search dialog
dialog-placeholder = { search-placeholder }
dialog-results = { results }
dialog-preview = 解答中的这一段
dialog-recent = { box-recent }
dialog-clear = { box-clear }
dialog-newest = 最新解答
dialog-answers = 解答
dialog-loosely = 可能沾边
dialog-questions = 问题
dialog-queries = 接着搜
dialog-more = 更多
dialog-all = { box-all }
dialog-experts = 问专家：
dialog-none = 还没有“{"{}"}”的解答
dialog-down = 搜索暂时用不了，请稍后再试
dialog-close = 关闭
dialog-keys-move = 选择
dialog-keys-open = 打开
dialog-keys-close = 关闭

## Pages for experts: menu and sign-in

admin = 管理
admin-overview = 概览
admin-inbox = 收件箱
admin-answers = 解答
admin-unanswered = 没有答案的搜索
admin-log = 记录
admin-sign-out = 退出
login = 登录
login-title = 专家登录
login-nobody = 还没有专家。在服务器上运行：{ $command }
login-name = 名字
login-password = 密码
login-wrong = 名字或密码不对。

## Pages for experts: overview

overview-title = 最近 30 天
overview-new-asks = 新的提问
overview-new-ratings = 新的差评
overview-searches = 搜索
overview-ratings-ratio = 有帮助 / 没帮助
overview-by-day = 按天的数字
overview-day = 日期
overview-answered = 有答案
overview-related = 可能相关
overview-none = 没有答案
overview-helped = 有帮助
overview-did-not = 没帮助
overview-asks = 提问
chart-searches = 搜索次数
chart-searches-line = 次
chart-found = 搜索结果的比例（%）
chart-answered = 有答案
chart-related = 可能相关
chart-none = 没有答案
chart-ratings = 评价
chart-helped = 有帮助
chart-did-not = 没帮助
chart-time = 搜索耗时 p95（毫秒）
chart-time-line = 毫秒

## Pages for experts: inbox

inbox-kind = 种类
inbox-kind-all = 全部
inbox-kind-ratings = 差评
inbox-kind-asks = 提问
inbox-state = 状态
inbox-any-state = 所有状态
inbox-assignee = 负责人
inbox-text = 文字
inbox-filter = 筛选
inbox-older-not-read = 较新的里面没有，更早的里面还没找。
inbox-empty = 没有要处理的。
inbox-keys = 键盘快捷键
inbox-ask = 提问
inbox-rating = 差评
inbox-searched = 搜索：{ $query }
inbox-contact = 联系方式：{ $contact }
inbox-note = 备注
inbox-save = 保存
inbox-write-up = 写成文档
inbox-tell = 答复提问者、公开
inbox-written-up = 由这个提问写成的文档已经发布：{ $title }
inbox-answered-by = 由这篇解答（编号或网址，提问者会看到）
inbox-answer = 标为已解答
inbox-closed-because = 关闭，因为（提问者会看到）
inbox-close = 关闭
inbox-wording = 公开给其他人的文字（请去掉个人信息）
inbox-release = 公开
inbox-withdraw = 撤回公开
inbox-released = 已公开
inbox-key-move = 下一个、上一个
inbox-key-state = 设状态并保存
inbox-key-mine = 由我负责
inbox-key-note = 写备注
inbox-key-open = 打开解答
inbox-key-write-up = 写成文档
inbox-key-find = 查找

## Pages for experts: answers

answers-title = 最需要改进的解答
answers-about = 按“没帮助”比例的 95 % 置信下界排序：评价越多越可信。
answers-empty = 还没有差评。
answers-answer = 解答
answers-did-not-help = 没帮助
answers-at-least = 下界
answers-opened = 打开
answers-passed-over = 跳过
answer-gone = 这篇文档已经不在了。
answer-no-figures = 还没有人评价或打开过。
answer-queries = 带来访客的搜索
askings-title = 也有人这样问
askings-hint = 访客的其他问法，每一种都能搜到这篇回答；改动几秒后生效。
askings-by-people = 来自文件
askings-by-model = 模型所写
askings-take = 作为问法
askings-refuse = 不要
askings-undo = 撤销
askings-new = 另一种问法
askings-add = 添加
answer-ratings = 评价

## Pages for experts: searches without an answer

unanswered-title = 没有答案的搜索
unanswered-days = { $count } 天
unanswered-empty = 都有答案。
unanswered-should-find = 应该找到它
unanswered-nearest = 最接近的：
draft-answer = （在这里写下解答）

## Pages for experts: log

log-title = 操作记录
log-time = 时间
log-expert = 专家
log-action = 操作
log-target = 对象
log-detail = 内容
log-undelivered = 未送达的通知
log-all-delivered = 没有。
log-send-again = 重发

## Messages to chats

webhook-ask = 新的提问 #{ $number }
webhook-bad-rating = 答案被评为没帮助 #{ $number }

## Refusals: title and detail by code

problem-not_found = 没有找到
problem-not_found-detail = 这里没有内容，可能已被移走或改名。
problem-outdated = 已被别人修改
problem-outdated-detail = 在您打开之后，别人修改了它。请重新打开，看过之后再改。
problem-too_slow = 请求内容来得太慢
problem-too_slow-detail = 请检查网络后再试。
problem-method_not_allowed = 不支持这种请求方法
problem-method_not_allowed-detail = 这个地址只接受其他请求方法。
problem-bad_parameter = 参数有误
problem-bad_parameter-detail = 参数 `{ $name }` 的值 `{ $value }` 无效：应为{ $expected }。
problem-bad_body = 请求内容有误
problem-bad_body-detail = 请求内容无法读取：{ $problem }
problem-bad_field = 填写有误
problem-bad_field-detail = `{ $field }` { $problem }。
problem-unknown_question = 没有这篇解答
problem-unknown_question-detail = 没有这个编号的解答，它可能已被移走。
problem-looks_secret = 内容中可能有密码
problem-looks_secret-detail = 内容看起来含有密码、令牌或密钥，专家都会看到。请删去后再提交；如果确认没有，可以再次提交。
problem-key_reused = 幂等键已被使用
problem-key_reused-detail = 同一个 Idempotency-Key 已用于其他内容，请换一个。
problem-cross_site = 不接受来自其他网站的提交
problem-cross_site-detail = 请在本站页面上提交；如果要从其他网站调用接口，请把来源加入 cors_origins。
problem-sign_in_first = 请先登录
problem-sign_in_first-detail = 需要登录，或在 Authorization 头中带上令牌。
problem-too_many = 请求得太频繁了
problem-too_many-detail = 请在 { $seconds } 秒后再试。
problem-store_unavailable = 暂时无法保存
problem-store_unavailable-detail = 反馈暂时无法保存，请稍后再试；搜索不受影响。
problem-indexing = 正在建立索引
problem-indexing-detail = 文档正在第一次建立索引，请稍候片刻再试。
problem-busy = 服务繁忙
problem-busy-detail = 请求太多，请稍后再试。
problem-internal = 服务出错了
problem-internal-detail = 问题已记录，请稍后再试。
problem-no-grade-detail = 这个反馈链接不完整：缺少 enhancerGradePOJOId。请搜索您的问题，在解答下方评价。
problem-unknown-grade-detail = 没有编号为 `{ $grade }` 的解答，它可能已被移走或合并。请搜索您的问题，在解答下方评价。
problem-unreadable-key-detail = `Idempotency-Key` 无法读取：应为 1 到 255 个 ASCII 字符。
problem-bad-cursor-detail = `after` 无效：应为上一页列表中的 next。

## What a parameter would have to be

expected-positive-integer = 正整数
expected-whole-number = 不小于 0 的整数
expected-date = 形如 2024-09-03 的日期
expected-sort-order = relevance 或 newest
expected-question-order = newest、helpful 或 read
expected-flag = true 或 false
expected-list-format = json 或 csv

## What is wrong with a body or a field of it

body-not-json = 应为 application/json
body-not-form = 应为表单
body-incomplete = 不完整，或超过 160 KB
field-too-long = 超过了 { $count } 个字符
field-too-short = 少于 { $count } 个字符
field-control-characters = 含有控制字符，应为普通文本
field-no-words = 里没有文字，请写出问题
field-not-one-of = 应为 { $allowed } 之一
field-no-document = 应为一篇解答的编号或网址

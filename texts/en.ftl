### All texts in English. A site replaces single ones by words/texts/en.ftl; for the syntax see https://projectfluent.org.

## Reasons why an answer did not help

reason-off_topic = Answers another question
reason-outdated = Out of date
reason-steps_fail = Its steps do not work
reason-unclear = Hard to understand
reason-other = Something else

## Rating an answer: page and widget

rate-question = Did this answer help?
rate-helpful = It helped
rate-unhelpful = It did not
rate-why = What is wrong?
rate-comment = More, if you like (experts will read it)
rate-send = Send

## States of an item in the inbox

state-new = new
state-in_work = in work
state-answered = answered
state-dismissed = dismissed

## Every page

skip-to-content = Skip to content
language-name = English
theme-system = System
theme-light = Light
theme-dark = Dark
nav-main = Ask and browse
nav-ask = Ask
nav-site = Site
nav-machines = For developers
nav-language = Language
nav-theme = Theme
nav-home = Home
nav-feed = Feed
powered-by = Search by dayi
back-home = Back to the home page
pages = Pages
page-previous = Previous
page-next = Next
page-older = Older
honeypot = Leave this empty
list-separator = { ", " }

## Search form and home page

search = Search
search-questions = Search questions
search-placeholder = Describe your problem, or paste the error
home-title = Ask the experts
home-about = Describe the problem in your own words, or paste the error.
home-description = Answers written by experts, found in your own words.
home-count = { $count ->
    [one] { $count } question answered
   *[other] { $count } questions answered
}
home-newest = Newest answers
home-empty = No documents yet. Put Markdown documents into the content folder; they appear here within seconds.
steps-title = Getting started
steps-document = Write a document: put a Markdown file into the content folder, and it appears here within seconds. If it does not, { $command } says what is wrong.
steps-name = Give it a name and a colour: the name is { $setting } in dayi.toml, and counts after a restart; the colour of the widget is chosen on the page for embedding.
steps-expert = Add an expert: { $command } asks for the password. Experts sign in here, and read what visitors rate and ask:
steps-embed = Put it on your own website, in one or two lines:
tags = Tags
tag = Tag
category = Category
categories = Categories
years = Years

## All questions, all tags, all categories

questions-all = { results-all }
questions-by-helpful = Most helpful
questions-by-read = Most read
tags-all = All tags
tags-none = No tags yet.
tags-common = Tags of most questions
categories-none = No categories yet.

## Results

results-all = All questions
results-title = Search results
results = Results
results-suggestion = Did you mean{ " " }
results-no-more = No more results
results-last-page = Back to the last page
results-none-filtered = No document meets these conditions
results-none = No answer to this yet
results-try = You could try:
results-try-words = other words, or only the most telling ones;
results-try-line = the most specific line of the error, or the full name of a setting;
results-try-tags = browsing by tag from the home page.
results-without = Without:{ " " }
results-count = { $count ->
    [one] { $count } result
   *[other] { $count } results
}
results-order = Order
results-by-relevance = Relevance
results-by-date = Newest
results-loose = No direct answer; what follows is only loosely related.
results-related = These may help.
results-opposite = Careful: the first result is about the opposite.
results-topic = This only names a topic. Say what you want to do, or the error you see, to find more.
results-weaker = { $count ->
    [one] Show one weaker result
   *[other] Show { $count } weaker results
}
results-topic-all = All questions on this topic
results-ask-instead = None of them? Ask the experts
results-asked-as = Also asked as:{" "}
results-similar = { $count } more like this
results-whole = Read the whole answer
results-others = Also related
results-open = Read this part
results-ask-here = Send the question to the experts; their answer will be published here.
results-filters = Filters
results-reduced = What you pasted is long. The search used the parts that tell: exceptions, error messages and your own words.
results-truncated = The text is too long. The search used only a part of it; try the lines with the error.

## A question with its answer

question = Question
question-answer = Expert answer
question-references = References
callout-note = Note
callout-tip = Tip
callout-important = Important
callout-warning = Warning
callout-caution = Caution
question-contents = On this page
question-crumbs = You are here
question-source = Edit the source
question-updated = updated
question-helped = { $share }% found this helpful ({ $count })
copy-link = Copy link
print = Print
copy-markdown = Copy as Markdown
question-related = Related questions
markdown-references = References

## Rating by the form of a page

rated-title = Thank you
copy = Copy
copied = Copied
copy-failed = Cannot copy
code-wrap = Wrap
rated-unhelpful = Thank you, the experts will see it.
rated = Thank you, it is noted. Rating again replaces it.

## A question for the experts

ask-experts = Ask the experts
ask-received = Received as number { $number }. Experts will see the question; once answered, it is found here.
ask-shortened = The question was longer than what is kept: its beginning and its end are there, { $count } characters between them are not.
ask-about = Write the problem, the version and the error; experts will read it.
ask-contact = How to reach you (optional, only experts see it)
ask-no-secret = I confirm that it holds no password, token or key

## Following an ask

receipt-title = Your question
receipt-sent = Received. This page is your receipt: come back any time to see how it goes.
receipt-progress = Progress
receipt-new = Experts will see the question. What they reply is shown here.
receipt-in-work = An expert is working on it. What they reply is shown here.
receipt-answered = An expert has answered this question.
receipt-search = Search for the answer
receipt-closed = An expert has closed this question; there will be no answer.
receipt-because = What the expert says
receipt-again = Ask something else
receipt-link = Link to this receipt
receipt-private = Only people with this link see this page. Keep it: nobody can look it up for you.
ask-state-new = Received
ask-state-in_work = In progress
ask-state-answered = Answered
ask-state-dismissed = Closed

## Asks that all visitors see

asks-title = What others ask
asks-see = See what others ask
asks-about = Questions that experts have published. If one of them is yours too, tell them.
asks-empty = No question is published right now.
me-too = Me too
me-too-count = Others with this problem: { $count }
me-too-counted = Noted; experts will see it.

## Asks of this browser

mine-title = My questions
mine-about = Sent from this browser; the list is kept here alone.
mine-new = { ask-state-new }
mine-in_work = { ask-state-in_work }
mine-answered = { ask-state-answered }
mine-dismissed = { ask-state-dismissed }
mine-gone = Deleted
mine-failed = Cannot be read right now
mine-remove = Remove from the list

## Similar answers while an ask is typed

similar-answered = There may be an answer already:
similar-related = These answers may help:
similar-hint = While you write, similar answers are listed here.
similar-none = No similar answer.
similar-count = Similar answers: { $count }

## The API for people

docs-about = JSON. No key is needed but for /api/v1/admin, which takes a token of dayi expert token as Authorization: Bearer TOKEN. For machines:{ " " }
docs-operations = Operations
docs-required = required
docs-parameter = Parameter
docs-in = In
docs-meaning = Meaning
docs-errors = Errors
docs-errors-about = Errors are application/problem+json (RFC 9457); the code is stable:

## Putting the widget on another site

embed-title = On your website
embed-about = Copy the lines into your page, and add the page's origin to { $setting } of the service, or browsers will not let it ask.
embed-copy = { copy }
embed-copied = { copied }
embed-default = default
embed-texts = Every text can be replaced by data-text-…, such as data-text-placeholder; colours and type by the custom properties --dayi-accent, --dayi-page, --dayi-text, --dayi-line, --dayi-font, the rest by ::part.
embed-widget = The widget
embed-widget-about = One line puts a button in the corner of any page: ask, read answers, rate them, or turn to the experts. The one on this page runs with the options below.
embed-search-box = The search box
embed-search-box-about = A search input with suggestions as you type, anywhere on a page.
embed-origin = The page that you want it on: paste its address
embed-origin-check = Check
embed-origin-allowed = Pages of { $origin } may use it.
embed-origin-refused = { $origin } may not use it yet; write in dayi.toml:
embed-origin-wrong = “{ $origin }” is no address; expected one such as https://example.org.
embed-options = Options
embed-open = Open it
embed-search-dialog = Search dialog
embed-search-dialog-about = Opens with ⌘K or Ctrl+K: questions and answers on every key, with a preview. Any button with data-dialog opens it, too.
embed-option-dialog-shortcut = The shortcut that opens it; Ctrl+K unless given
embed-option-tag = Only questions with this tag
embed-option-category = Only questions of this category
embed-option-lang = Language; that of the page unless given
embed-option-accent = Accent colour; kept readable by itself
embed-option-position = Corner of the button
embed-option-theme = Light or dark; follows the page and the system
embed-option-label = Text of the button and the title
embed-option-greeting = Greeting
embed-greeting-example = Hello, what is the problem?
embed-option-examples = Example questions, separated by |
embed-examples-example = Nacos 连不上怎么办|2.x 要开放哪些端口
embed-option-shortcut = Shortcut that opens it; none unless given
embed-option-focus = Shortcut that moves the cursor in
embed-option-placeholder = Hint in the input
embed-placeholder-example = Search the answers

## The widget's button. Keys of the groups widget-, panel-, welcome-, earlier-, conversation-, reply- and box- are the names of data-text- attributes

widget-button = Ask the experts
widget-unavailable = Not available right now

## The widget's panel; `{}` is put in by the script

panel-greeting = Hello. Describe your problem, or paste the error you see.
panel-placeholder = Your question, or the error
panel-send = Ask
panel-close = Close
panel-home = Back
panel-expand = Expand or restore
panel-pull = Pull down or press to close
panel-clear = Delete
panel-cleared = Conversation deleted
panel-conversation = Conversation
panel-asking = Searching…
panel-failed = The answer service cannot be reached right now.
panel-retry = Try again
panel-label = Suggestions
panel-count = Suggestions: { $count }
panel-no-count = No suggestions
panel-down = No suggestions right now; you can still ask

## The widget's home view

welcome-examples = For example
welcome-popular = Questions to begin with
welcome-experts = Ask the experts
welcome-experts-hint = Not found? Leave your question

## The widget's earlier conversations

earlier-heading = Recent conversations
earlier-drop = Delete the conversation: { $title }

## The widget's conversation

conversation-asking = { panel-asking }
conversation-said-answered = Found an answer: { $title }
conversation-said-related = No exact answer; { $count } that may help
conversation-said-opposite = The first result is about the opposite: { $title }
conversation-said-none = No answer yet; you can send the question to the experts

## The widget's replies

reply-answered = Here is an answer to your question
reply-related = No exact answer, but these may help
reply-opposite = Careful: the first one is about the opposite
reply-topic = Say what you want to do, or the error you see, to find more
reply-none = { results-none }
reply-reduced = { results-reduced }
reply-truncated = { results-truncated }
reply-carried = Going on with: { $title }
reply-uncarried = Search again without the last question
reply-next = Ask next
reply-others = Other matches
reply-loosely = Only loosely related
reply-asking = { panel-asking }
reply-failed = The answer cannot be fetched right now.
reply-retry = { panel-retry }
reply-references = { question-references }
reply-date = Updated { $date }
reply-visit = Open on the site
reply-plain = The security policy of this site (Trusted Types) allows no formatting here: this is the text alone.
reply-copy = { embed-copy }
reply-copied = { embed-copied }
reply-code = Code
reply-expand = Show the whole answer
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
reply-thanks = Thank you
reply-kept = Saved; it will be sent when the connection is back
reply-unsolved = Not solved? Ask the experts
reply-expert = { ask-experts }
reply-expert-hint = Experts will add an answer. Please leave out passwords, keys and other secrets.
reply-yours = Your question
reply-contact = { ask-contact }
reply-contact-hint = An e-mail address, for a reply
reply-confirm = There is no secret in it; send anyway
reply-sent = Sent to the experts, number { $number }
reply-sent-plain = Sent to the experts
reply-follow = See how it goes
reply-sending = Sending…

## The search box

box-label = { search }
box-placeholder = { search-placeholder }
box-all = See all results
box-recent = Recent searches
box-clear = Clear recent searches
box-count = { panel-count }
box-no-count = { panel-no-count }
box-down = No suggestions right now; press Enter to search

## The search dialog
dialog-placeholder = { search-placeholder }
dialog-results = { results }
dialog-preview = This part of the answer
dialog-recent = { box-recent }
dialog-clear = { box-clear }
dialog-newest = Latest answers
dialog-answers = Answers
dialog-loosely = Loosely related
dialog-questions = Questions
dialog-queries = Search for
dialog-more = More
dialog-all = { box-all }
dialog-experts = Ask the experts:{" "}
dialog-none = There is no answer to “{"{}"}” yet
dialog-down = Search is not available now, please try again later
dialog-close = Close
dialog-keys-move = to move
dialog-keys-open = to open
dialog-keys-close = to close

## Pages for experts: menu and sign-in

admin = Administration
admin-overview = Overview
admin-inbox = Inbox
admin-answers = Answers
admin-unanswered = Unanswered
admin-log = Log
admin-sign-out = Sign out
login = Sign in
login-title = Sign in
login-nobody = There is no expert yet. Run on the server: { $command }
login-name = Name
login-password = Password
login-wrong = Wrong name or password.

## Pages for experts: overview

overview-title = The last 30 days
overview-new-asks = New asks
overview-new-ratings = New bad ratings
overview-searches = Searches
overview-ratings-ratio = Helped / did not
overview-by-day = Day by day
overview-day = Day
overview-answered = Answered
overview-related = Related
overview-none = None
overview-helped = Helped
overview-did-not = Did not
overview-asks = Asks
chart-searches = Searches
chart-searches-line = searches
chart-found = What searches found (%)
chart-answered = answered
chart-related = related
chart-none = none
chart-ratings = Ratings
chart-helped = helped
chart-did-not = did not
chart-time = Search time p95 (ms)
chart-time-line = ms

## Pages for experts: inbox

inbox-kind = Kind
inbox-kind-all = All
inbox-kind-ratings = Bad ratings
inbox-kind-asks = Asks
inbox-state = State
inbox-any-state = Any state
inbox-assignee = Assignee
inbox-text = Text
inbox-filter = Filter
inbox-older-not-read = None among the newer ones; the older ones have not been looked at yet.
inbox-empty = Nothing to look at.
inbox-keys = Keyboard shortcuts
inbox-ask = Ask
inbox-rating = Bad rating
inbox-searched = Searched: { $query }
inbox-contact = Contact: { $contact }
inbox-note = Note
inbox-save = Save
inbox-write-up = Write it up
inbox-tell = Tell the sender, publish
inbox-written-up = The document written up from this ask is published: { $title }
inbox-answered-by = Answered by (id or address; the sender sees it)
inbox-answer = Mark as answered
inbox-closed-because = Closed because (the sender sees it)
inbox-close = Close
inbox-wording = Wording for other visitors (leave out what is personal)
inbox-release = Publish
inbox-withdraw = Unpublish
inbox-released = published
inbox-key-move = next, previous
inbox-key-state = set the state and save
inbox-key-mine = assign to me
inbox-key-note = write a note
inbox-key-open = open the answer
inbox-key-write-up = write it up
inbox-key-find = find

## Pages for experts: answers

answers-title = Answers that helped least
answers-about = By the lower end of the 95 % interval of the share it did not help: more ratings are surer.
answers-empty = No bad rating yet.
answers-answer = Answer
answers-did-not-help = Did not help
answers-at-least = At least
answers-opened = Opened
answers-passed-over = Passed over
answer-gone = The document is not there any more.
answer-no-figures = Nobody has rated or opened it yet.
answer-queries = Searches that led here
askings-title = Asked as
askings-hint = Other ways in which visitors ask this. A search finds the answer by each of them, within seconds of a change.
askings-by-people = from the files
askings-by-model = written by a model
askings-take = Use as a question
askings-refuse = Refuse
askings-undo = Undo
askings-new = Another way to ask it
askings-add = Add
answer-ratings = Ratings

## Pages for experts: searches without an answer

unanswered-title = Searches without answer
unanswered-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
unanswered-empty = All had an answer.
unanswered-should-find = Should have found this
unanswered-nearest = Nearest:{ " " }
draft-answer = (Write the answer here)

## Pages for experts: log

log-title = Who did what
log-time = Time
log-expert = Expert
log-action = Action
log-target = Of
log-detail = What
log-undelivered = Messages that did not arrive
log-all-delivered = None.
log-send-again = Send again

## Messages to chats

webhook-ask = New question #{ $number }
webhook-bad-rating = An answer was rated unhelpful #{ $number }

## Refusals: title and detail by code

problem-not_found = Not found
problem-not_found-detail = There is nothing here; it may have been moved or renamed.
problem-outdated = Changed by somebody else
problem-outdated-detail = Somebody else has changed it since you opened it. Open it again and look before you change it.
problem-too_slow = The request came too slowly
problem-too_slow-detail = Check the connection and try again.
problem-method_not_allowed = Method not allowed
problem-method_not_allowed-detail = This address takes other methods.
problem-bad_parameter = Bad parameter
problem-bad_parameter-detail = Invalid value in parameter `{ $name }`: `{ $value }` is not { $expected }.
problem-bad_body = Bad request body
problem-bad_body-detail = The body cannot be read: { $problem }
problem-bad_field = Bad field
problem-bad_field-detail = `{ $field }` { $problem }.
problem-unknown_question = No such answer
problem-unknown_question-detail = There is no answer with this id; it may have been removed.
problem-looks_secret = This may hold a secret
problem-looks_secret-detail = The text looks as if it held a password, a token or a key, and experts will see it. Take it out, or confirm that it is none.
problem-key_reused = Idempotency key used before
problem-key_reused-detail = The same Idempotency-Key was used for other content; use a new one.
problem-cross_site = Sent from another site
problem-cross_site-detail = Send this from a page of this service, or add the origin to cors_origins.
problem-sign_in_first = Sign in first
problem-sign_in_first-detail = Sign in, or send a token in the Authorization header.
problem-too_many = Too many requests
problem-too_many-detail = { $seconds ->
    [one] Please try again in { $seconds } second.
   *[other] Please try again in { $seconds } seconds.
}
problem-store_unavailable = Cannot be kept right now
problem-store_unavailable-detail = Feedback cannot be kept right now; please try again shortly. Searching works.
problem-indexing = Indexing
problem-indexing-detail = The documents are being indexed for the first time; please try again in a moment.
problem-busy = Busy
problem-busy-detail = Too many requests at once; please try again shortly.
problem-internal = Something went wrong
problem-internal-detail = The problem has been logged; please try again later.
problem-no-grade-detail = This feedback link is incomplete: enhancerGradePOJOId is missing. Search your question and rate its answer there.
problem-unknown-grade-detail = No answer has the number `{ $grade }`; it may have been removed or merged. Search your question and rate its answer there.
problem-unreadable-key-detail = `Idempotency-Key` cannot be read: expected 1 to 255 ASCII characters.
problem-bad-cursor-detail = `after` is not valid: expected the `next` of an earlier list.

## What a parameter would have to be

expected-positive-integer = a positive integer
expected-whole-number = a whole number from 0
expected-date = a date such as 2024-09-03
expected-sort-order = `relevance` or `newest`
expected-question-order = `newest`, `helpful` or `read`
expected-flag = `true` or `false`
expected-list-format = `json` or `csv`

## What is wrong with a body or a field of it

body-not-json = expected application/json
body-not-form = expected a form
body-incomplete = it is incomplete, or longer than 160 KB
field-too-long = is longer than { $count } characters
field-too-short = is shorter than { $count } characters
field-control-characters = holds control characters; expected text
field-no-words = has no words; expected a question
field-not-one-of = is none of { $allowed }
field-no-document = is the id or the address of no document

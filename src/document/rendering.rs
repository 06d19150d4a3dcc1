//! Writes an answer as HTML: headings below those of the page and with anchors, links and pictures with their addresses,
//! callouts, footnotes, scrolling tables, code with colours. The sanitizer of [`html`](super::html) comes behind it.

mod footnotes;
mod levels;
mod raw_html;
mod survey;

use super::addresses::{self, Surroundings};
use super::anchors::Anchors;
use super::bare_addresses::{self, Part};
use super::callout::Callout;
use super::code::Colours;
use super::emphasis::Marked;
use super::escape::escape;
use super::line_breaks::{self, Break};
use footnotes::Footnotes;
use levels::Levels;
use pulldown_cmark::{
    Alignment, CodeBlockKind, CowStr, Event, LinkType, Tag, TagEnd, TextMergeStream, html,
};
use std::borrow::Cow;
use std::collections::HashSet;
use survey::survey;

/// The HTML of an answer. It is not safe yet.
pub(super) fn rendered(marked: &Marked<'_>, around: &dyn Surroundings) -> String {
    let events: Vec<Event<'_>> = TextMergeStream::new(marked.events()).collect();
    let mut renderer = Renderer::new(&events, around);
    for at in 0..events.len() {
        renderer.write(at);
    }
    let written = renderer.finish();
    let mut html = String::with_capacity(marked.len() * 2);
    html::push_html(&mut html, written.into_iter());
    html
}

struct Renderer<'e> {
    around: &'e dyn Surroundings,
    events: &'e [Event<'e>],
    written: Vec<Event<'e>>,
    anchors: Anchors,
    /// Ids of the headings, in their order, and how many were written.
    headings: Vec<String>,
    next_heading: usize,
    levels: Levels,
    /// Tags in lines that are text, because nothing closes them: by the number of their event.
    texts: HashSet<usize>,
    /// Whether the open links have an address.
    links: Vec<bool>,
    /// For the open picture that has no address: what it is called if nothing else is written, and where it began.
    picture: Option<(String, usize)>,
    in_picture: bool,
    code: Option<(String, String)>,
    colours: Colours,
    raw: String,
    /// Whether the open quotes are callouts.
    quotes: Vec<bool>,
    in_title: bool,
    /// The number of the text that begins with the mark of a callout, and what it says behind the mark.
    title: Option<(usize, &'e str)>,
    columns: Vec<Alignment>,
    column: usize,
    in_head: bool,
    footnotes: Footnotes<'e>,
}

impl<'e> Renderer<'e> {
    fn new(events: &'e [Event<'e>], around: &'e dyn Surroundings) -> Self {
        let (anchors, headings, texts) = survey(events);
        Self {
            around,
            events,
            written: Vec::with_capacity(events.len()),
            anchors,
            headings,
            next_heading: 0,
            levels: Levels::default(),
            texts,
            links: Vec::new(),
            picture: None,
            in_picture: false,
            code: None,
            colours: Colours::default(),
            raw: String::new(),
            quotes: Vec::new(),
            in_title: false,
            title: None,
            columns: Vec::new(),
            column: 0,
            in_head: false,
            footnotes: Footnotes::default(),
        }
    }

    fn push(&mut self, event: Event<'e>) {
        self.written.push(event);
    }

    fn raw(&mut self, html: impl Into<String>) {
        self.push(Event::Html(CowStr::from(html.into())));
    }

    /// Writes the event of this number.
    fn write(&mut self, at: usize) {
        match &self.events[at] {
            Event::Start(tag) => self.start(at, tag),
            Event::End(end) => self.end(*end),
            Event::Text(text) => {
                let title = self.title.take_if(|(number, _)| *number == at);
                self.text(title.map_or(text, |(_, title)| title));
            }
            Event::Html(html) => self.raw.push_str(html),
            Event::InlineHtml(html) => self.inline_html(at, html),
            Event::SoftBreak | Event::HardBreak if self.in_title => {
                self.in_title = false;
                self.raw("</p>\n<p>");
            }
            Event::SoftBreak => self.soft_break(at),
            Event::FootnoteReference(label) => self.footnote_reference(label),
            event => self.push(event.clone()),
        }
    }

    fn start(&mut self, at: usize, tag: &'e Tag<'e>) {
        match tag {
            Tag::CodeBlock(kind) => self.code = Some((language(kind), String::new())),
            Tag::Heading { level, .. } => {
                let level = self.levels.of(*level as usize);
                let id = self
                    .headings
                    .get(self.next_heading)
                    .cloned()
                    .unwrap_or_default();
                self.raw(format!("<h{level} id=\"{id}\">"));
            }
            Tag::Table(alignments) => {
                self.columns.clone_from(alignments);
                self.raw("<div class=\"table-scroll\" tabindex=\"0\"><table>");
            }
            Tag::TableHead => {
                (self.in_head, self.column) = (true, 0);
                self.raw("<thead><tr>");
            }
            Tag::TableRow => {
                self.column = 0;
                self.raw("<tr>");
            }
            Tag::TableCell => self.start_cell(),
            Tag::Link { dest_url, .. } => self.start_link(dest_url, tag),
            Tag::Image { dest_url, .. } => self.start_picture(dest_url, tag),
            Tag::BlockQuote(_) => self.start_quote(at),
            Tag::Paragraph if self.in_title => {}
            Tag::FootnoteDefinition(label) => self.footnotes.open(label, &mut self.written),
            Tag::HtmlBlock => {}
            tag => self.push(Event::Start(tag.clone())),
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::CodeBlock => {
                if let Some((language, source)) = self.code.take() {
                    let block = self.code_block(&language, &source);
                    self.raw(block);
                }
            }
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::Table => self.raw("</tbody></table></div>\n"),
            TagEnd::TableHead => {
                self.in_head = false;
                self.raw("</tr></thead><tbody>\n");
            }
            TagEnd::TableRow => self.raw("</tr>\n"),
            TagEnd::TableCell => self.raw(if self.in_head { "</th>" } else { "</td>" }),
            TagEnd::Link => {
                if self.links.pop() == Some(true) {
                    self.push(Event::End(TagEnd::Link));
                }
            }
            TagEnd::Image => self.end_picture(),
            TagEnd::BlockQuote(kind) => match self.quotes.pop() {
                Some(true) => self.raw("</aside>\n"),
                _ => self.push(Event::End(TagEnd::BlockQuote(kind))),
            },
            TagEnd::Paragraph if self.in_title => {
                self.in_title = false;
                self.raw("</p>\n");
            }
            TagEnd::FootnoteDefinition => self.footnotes.close(&mut self.written),
            TagEnd::HtmlBlock => {
                let block = std::mem::take(&mut self.raw);
                let html = self.raw_html(&block);
                self.raw(html);
            }
            end => self.push(Event::End(end)),
        }
    }

    fn end_heading(&mut self) {
        let id = self
            .headings
            .get(self.next_heading)
            .cloned()
            .unwrap_or_default();
        self.next_heading += 1;
        let level = self.levels.last();
        let page = escape(self.around.own_page());
        self.raw(format!(
            "<a class=\"anchor\" href=\"{page}#{id}\" aria-label=\"#\"></a></h{level}>\n"
        ));
    }

    fn start_cell(&mut self) {
        let alignment = self.columns.get(self.column).copied();
        self.column += 1;
        let class = match alignment.unwrap_or(Alignment::None) {
            Alignment::None => "",
            Alignment::Left => " class=\"align-left\"",
            Alignment::Center => " class=\"align-center\"",
            Alignment::Right => " class=\"align-right\"",
        };
        let name = if self.in_head { "th" } else { "td" };
        self.raw(format!("<{name}{class}>"));
    }

    fn start_link(&mut self, written: &str, tag: &Tag<'e>) {
        let is_mail = matches!(
            tag,
            Tag::Link {
                link_type: LinkType::Email,
                ..
            }
        );
        let address = if is_mail {
            Some(written.to_owned())
        } else {
            addresses::of_link(written, &self.anchors, self.around)
        };
        self.links.push(address.is_some());
        if let Some(address) = address {
            let tag = with_address(tag, address);
            self.push(Event::Start(tag));
        }
    }

    /// A picture without an address leaves what it is called.
    fn start_picture(&mut self, written: &str, tag: &Tag<'e>) {
        if let Some(address) = addresses::of_picture(written, self.around) {
            self.in_picture = true;
            let tag = with_address(tag, address);
            self.push(Event::Start(tag));
        } else {
            let name = addresses::name_of_picture(written);
            self.picture = Some((name, self.written.len()));
        }
    }

    fn end_picture(&mut self) {
        if let Some((name, start)) = self.picture.take() {
            if self.written.len() == start {
                self.push(Event::Text(name.into()));
            }
        } else {
            self.in_picture = false;
            self.push(Event::End(TagEnd::Image));
        }
    }

    fn text(&mut self, text: &'e str) {
        if let Some((_, source)) = &mut self.code {
            source.push_str(text);
            return;
        }
        let is_linked = self.in_picture || self.links.contains(&true);
        if is_linked {
            self.push(Event::Text(text.into()));
            return;
        }
        for part in bare_addresses::parts(text) {
            match part {
                Part::Text(text) => self.push(Event::Text(text.into())),
                Part::Address(written, address) => {
                    let (written, address) = (escape(written), escape(&address));
                    self.push(Event::InlineHtml(
                        format!("<a href=\"{address}\">{written}</a>").into(),
                    ));
                }
            }
        }
    }

    fn soft_break(&mut self, at: usize) {
        let text_at = |at: Option<usize>| match at.and_then(|at| self.events.get(at)) {
            Some(Event::Text(text) | Event::Code(text)) => &**text,
            _ => "",
        };
        let around = (text_at(at.checked_sub(1)), text_at(Some(at + 1)));
        match line_breaks::between(around.0, around.1) {
            Break::Line => self.push(Event::HardBreak),
            Break::Space => self.push(Event::SoftBreak),
            Break::Nothing => {}
        }
    }

    fn start_quote(&mut self, at: usize) {
        let first = match self.events.get(at + 1..at + 3) {
            Some([Event::Start(Tag::Paragraph), Event::Text(text)]) => Callout::marked(text),
            _ => None,
        };
        self.quotes.push(first.is_some());
        let Some((kind, title)) = first else {
            self.push(Event::Start(Tag::BlockQuote(None)));
            return;
        };
        let name = kind.name();
        self.raw(format!(
            "<aside class=\"callout callout-{name}\">\n<p class=\"callout-title\">"
        ));
        self.in_title = true;
        self.title = Some((at + 2, title));
        let continues = matches!(self.events.get(at + 3), Some(event) if !matches!(event, Event::SoftBreak | Event::HardBreak | Event::End(TagEnd::Paragraph)));
        if title.is_empty() && !continues {
            let title = self.around.callout_title(kind);
            self.push(Event::Text(title.into()));
        }
    }

    fn footnote_reference(&mut self, label: &'e str) {
        let (number, is_first) = self.footnotes.number(label);
        let page = escape(self.around.own_page());
        let id = if is_first {
            format!(" id=\"a-fnref-{number}\"")
        } else {
            String::new()
        };
        self.push(Event::InlineHtml(
            format!("<sup class=\"footnote-reference\"{id}><a href=\"{page}#a-fn-{number}\">{number}</a></sup>").into(),
        ));
    }

    fn inline_html(&mut self, at: usize, html: &'e str) {
        if self.texts.contains(&at) {
            self.push(Event::Text(html.into()));
        } else {
            let html = self.raw_html(html);
            self.push(Event::InlineHtml(html.into()));
        }
    }

    fn code_block(&mut self, language: &str, source: &str) -> String {
        let label = if language.is_empty() {
            String::new()
        } else {
            format!(" data-language=\"{}\"", escape(language))
        };
        let coloured = self.colours.of(language, source);
        let inner = coloured
            .as_deref()
            .map_or_else(|| Cow::Owned(escape(source)), Cow::Borrowed);
        format!("<pre class=\"code\" tabindex=\"0\"{label}><code>{inner}</code></pre>\n")
    }

    fn finish(mut self) -> Vec<Event<'e>> {
        let page = escape(self.around.own_page());
        let notes = self.footnotes.finish();
        if notes.is_empty() {
            return self.written;
        }
        self.raw("<div class=\"footnotes\">\n<ol>\n");
        for (number, is_referenced, events) in notes {
            self.raw(format!("<li id=\"a-fn-{number}\">"));
            self.written.extend(events);
            if is_referenced {
                self.raw(format!(
                    " <a class=\"anchor\" href=\"{page}#a-fnref-{number}\" aria-label=\"↩\"></a>"
                ));
            }
            self.raw("</li>\n");
        }
        self.raw("</ol>\n</div>\n");
        self.written
    }
}

fn with_address<'e>(tag: &Tag<'e>, address: String) -> Tag<'e> {
    let mut tag = tag.clone();
    if let Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. } = &mut tag {
        *dest_url = address.into();
    }
    tag
}

fn language(kind: &CodeBlockKind<'_>) -> String {
    match kind {
        CodeBlockKind::Fenced(info) => info
            .split([' ', ',', '{'])
            .next()
            .unwrap_or_default()
            .to_lowercase(),
        CodeBlockKind::Indented => String::new(),
    }
}

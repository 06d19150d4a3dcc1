//! The lines that put something on another page, for each generator of sites and library of components.

/// Lines for one kind of site.
pub(super) struct Snippet {
    /// What the site is made with.
    pub(super) tool: &'static str,
    /// The file that the lines go into; empty for any page.
    pub(super) file: &'static str,
    /// The lines, with `{src}` for the address of the module, `{element}` for the name of its element, and its attributes as
    /// `{html}`, with a space before each, or `{js}`, with a comma before each. The script of the page fills them in as well.
    pub(super) template: &'static str,
}

impl Snippet {
    /// The lines without attributes.
    pub(super) fn plain(&self, service: &str, script: &str, element: &str) -> String {
        let lines = self
            .template
            .replace("{src}", &format!("{service}/{script}.js"));
        let lines = lines.replace("{element}", element);
        lines.replace("{html}", "").replace("{js}", "")
    }
}

/// Loads a module and renders its element, for sites made of components.
const REACT: Snippet = Snippet {
    tool: "React",
    file: "Dayi.jsx",
    template: r#"import { useEffect } from "react";

export function Dayi() {
  useEffect(() => {
    import(/* webpackIgnore: true */ /* @vite-ignore */ "{src}");
  }, []);
  return <{element}{html} />;
}"#,
};
const VUE: Snippet = Snippet {
    tool: "Vue",
    file: "Dayi.vue",
    template: r#"<script setup>
import { onMounted } from "vue";
onMounted(() => import(/* @vite-ignore */ "{src}"));
</script>

<template>
  <{element}{html} />
</template>"#,
};

/// The widget needs no element: its script adds one with the attributes of the script.
pub(super) const OF_THE_WIDGET: &[Snippet] = &[
    Snippet {
        tool: "HTML",
        file: "",
        template: r#"<script type="module" src="{src}"{html}></script>"#,
    },
    Snippet {
        tool: "Docusaurus",
        file: "docusaurus.config.js",
        template: r#"scripts: [
  { src: "{src}", type: "module"{js} },
],"#,
    },
    Snippet {
        tool: "VitePress",
        file: ".vitepress/config.mts",
        template: r#"head: [
  ["script", { type: "module", src: "{src}"{js} }],
],"#,
    },
    Snippet {
        tool: "Astro Starlight",
        file: "astro.config.mjs",
        template: r#"starlight({
  head: [
    { tag: "script", attrs: { type: "module", src: "{src}"{js} } },
  ],
})"#,
    },
    Snippet {
        tool: "Hugo",
        file: "layouts/_default/baseof.html",
        template: r#"<script type="module" src="{src}"{html}></script>
</body>"#,
    },
    REACT,
    VUE,
];

/// What stands where the page puts it.
pub(super) const OF_AN_ELEMENT: &[Snippet] = &[
    Snippet {
        tool: "HTML",
        file: "",
        template: r#"<script type="module" src="{src}"></script>
<{element}{html}></{element}>"#,
    },
    REACT,
    VUE,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_loads_the_module_and_is_filled_in_whole() {
        for snippet in OF_THE_WIDGET.iter().chain(OF_AN_ELEMENT) {
            let lines = snippet.plain("https://qa.example.org", "widget", "dayi-widget");
            assert!(
                lines.contains("https://qa.example.org/widget.js"),
                "{lines}"
            );
            for placeholder in ["{src}", "{element}", "{html}", "{js}"] {
                assert!(!lines.contains(placeholder), "{lines}");
            }
            let takes = ["{html}", "{js}"].map(|kind| snippet.template.contains(kind));
            assert_eq!(
                takes.iter().filter(|has| **has).count(),
                1,
                "{}",
                snippet.tool
            );
        }
    }
}

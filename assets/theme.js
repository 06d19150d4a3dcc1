// The theme that a visitor chose, applied before the page is painted: no module, as those run later.

(() => {
  const KEY = "dayi-theme";
  const root = document.documentElement;
  /** The theme chosen: "light", "dark", or empty for that of the system. */
  const chosen = () => {
    try {
      return localStorage.getItem(KEY) ?? "";
    } catch {
      // Without storage the system decides.
      return "";
    }
  };
  /** @param {string} theme */
  const apply = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(chosen());
  addEventListener("storage", ({ key }) => key === KEY && apply(chosen()));
  addEventListener("DOMContentLoaded", () => {
    const choice = /** @type {HTMLSelectElement | null} */ (document.querySelector("[data-theme-choice]"));
    if (!choice) return;
    choice.value = chosen();
    choice.parentElement?.removeAttribute("hidden");
    choice.addEventListener("change", () => {
      apply(choice.value);
      try {
        localStorage.setItem(KEY, choice.value);
      } catch {
        // The choice ends with the page.
      }
    });
  });
})();

// "Me too" on the list of asks, in place. Without JavaScript the form does the same.

import { make } from "./dom.js";
import { ask } from "./service.js";

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.me-too"))) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { number, count, counted } = form.dataset;
    try {
      const { me_too } = await ask(`api/v1/asks/${number}/me-too`, { method: "POST" });
      const shown = form.closest("li")?.querySelector(".me-too-count");
      if (shown) shown.textContent = (count ?? "").replace("{}", me_too);
      const said = make("p.meta", { role: "status", tabindex: -1 }, counted);
      form.replaceWith(said);
      said.focus();
    } catch {
      // The page of the form says what was wrong.
      form.submit();
    }
  });
}

/* What a page can do better with a script; it is complete without. */
(() => {
  // The same section ids exist in both languages: the link stays at the section.
  const link = document.querySelector(".hg-language");
  const follow = () => { link.hash = location.hash; };
  for (const type of ["pointerdown", "focus"]) link?.addEventListener(type, follow);

  // The theme opens its menus with labels, which a mouse alone can press: on narrow
  // screens, where they are shown, a part of each becomes a button.
  const narrow = matchMedia("(max-width: 76.234375em)");
  const drawer = document.getElementById("__drawer");
  const part = (label) => {
    const own = label.querySelector(".hg-press, .md-ellipsis, .md-nav__icon");
    if (own || !label.matches(".md-header__button")) return own;
    const button = Object.assign(document.createElement("span"), { className: "hg-press" });
    button.append(...label.childNodes);
    label.append(button);
    return button;
  };
  const offer = () => {
    for (const label of document.querySelectorAll(".md-header__button[for=__drawer],"
      + " .md-nav--primary label:is(.md-nav__link, .md-nav .md-nav__title)")) {
      const button = part(label);
      if (!button) continue;
      for (const name of ["role", "tabindex", "aria-label"]) button.removeAttribute(name);
      if (!narrow.matches) continue;
      button.role = "button";
      button.tabIndex = 0;
      button.ariaLabel = label.htmlFor === "__drawer"
        ? document.querySelector(".md-nav--primary").ariaLabel : label.textContent.trim();
    }
  };
  narrow.addEventListener("change", offer);
  offer();
  const enter = () => [...document.querySelectorAll(".md-nav--primary :is(a, [tabindex])")]
    .find((item) => item.checkVisibility({ visibilityProperty: true }))?.focus();
  document.addEventListener("keydown", (event) => {
    const label = event.target.closest("[role=button]")?.closest("label");
    if (event.key === "Escape" && drawer.checked) {
      drawer.checked = false;
      document.querySelector(".md-header__button[for=__drawer] > .hg-press").focus();
    }
    if (!label || !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    label.click();
    enter();
  });
  // Whoever leaves the menu with the keyboard has done with it.
  document.addEventListener("focusin", (event) => {
    if (drawer.checked && !event.target.closest(".md-sidebar--primary, .md-header"))
      drawer.checked = false;
  });

  // On paper answers stay as the reader left them: Material opens every <details>
  // before printing, so those that were closed until then are marked for the style sheet.
  for (const type of ["beforeprint", "afterprint"])
    addEventListener(type, () => {
      for (const answer of document.querySelectorAll("details.answer"))
        answer.classList.toggle("hg-closed", type === "beforeprint" && !answer.open);
    }, true);
})();

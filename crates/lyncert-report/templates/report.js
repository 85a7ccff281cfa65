"use strict";
// Finds, sorts, copies and folds. The page is whole without it.
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  // What a link leads to is opened, whatever it lies in, and the keyboard goes on from there.
  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let element = target; element; element = element.parentElement) {
      if (element.tagName === "DETAILS") element.open = true;
      if (element.hidden) element.hidden = false;
    }
    if (!target.matches("a, button, details")) target.tabIndex = -1;
    target.focus({ preventScroll: true });
    target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);

  // Paper shows everything: what is folded, and what the filter hides.
  let folded = [];
  let hidden = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    hidden = all("[hidden]:not(#filter)");
    for (const details of folded) details.open = true;
    for (const element of hidden) element.hidden = false;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
    for (const element of hidden) element.hidden = true;
  });

  // Only what can be scrolled is a stop for the keyboard.
  const stops = () => {
    for (const box of all(".scroll")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("resize", stops);
  for (const details of all("details")) details.addEventListener("toggle", stops);

  // Commands are copied.
  const copy = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return true;
    } catch {
      const selection = getSelection();
      selection.selectAllChildren(code);
      return document.execCommand("copy");
    }
  };
  for (const code of all("pre.command code")) {
    const button = make("button", "Copy", { type: "button", class: "copy" });
    button.setAttribute("aria-label", "Copy the command");
    button.addEventListener("click", async () => {
      button.textContent = (await copy(code)) ? "Copied" : "Press Ctrl+C";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    code.parentElement.before(button);
  }

  // Tables are sorted by a click on a heading.
  const value = (row, column) => {
    const cell = row.cells[column];
    if (!cell) return "";
    return cell.dataset.sort ?? cell.textContent.trim();
  };
  const compare = new Intl.Collator("en", { numeric: true, sensitivity: "base" }).compare;
  const sort = (table, column, heading) => {
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of all("thead th", table)) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const body = table.tBodies[0];
    const rows = [...body.rows].sort((one, other) => compare(value(one, column), value(other, column)));
    body.append(...(down ? rows.reverse() : rows));
  };
  for (const table of all("table.sorted")) {
    all("thead th", table).forEach((heading, column) => {
      const button = make("button", heading.textContent, { type: "button" });
      button.addEventListener("click", () => sort(table, column, heading));
      heading.replaceChildren(button);
    });
  }

  // The filter.
  const form = document.getElementById("filter");
  if (form) {
    form.hidden = false;
    const { text, pool, rule } = form.elements;
    const severities = all("input[name=severity]", form);
    const told = form.querySelector("[role=status]");
    const items = all("[data-item]").map((element) => {
      const finding = element.closest("[data-rule]")?.dataset ?? {};
      // One place of a finding in many is told by itself and by what holds for all of them.
      const shared = all(":scope > :not(.places)", element.closest("article") ?? element);
      const texts = [finding.rule ?? "", element.textContent, ...shared.map((part) => part.textContent)];
      // Where an entry leads to a pool it is about it.
      const pools = all("a[href^='#pool-']", element).map((link) => link.hash.slice(1));
      return {
        element,
        text: texts.join(" ").toLowerCase(),
        pools: [element.id, ...pools],
        ...finding,
      };
    });
    const groups = all("[data-group]");
    const option = (select, key, title) => select && select.append(make("option", title, { value: key }));
    for (const section of all("section[data-title]")) option(pool, section.id, section.dataset.title);
    for (const id of new Set(items.map((item) => item.rule).filter(Boolean))) option(rule, id, id);
    const apply = () => {
      const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
      const wanted = severities.filter((box) => box.checked).map((box) => box.value);
      let shown = 0;
      for (const item of items) {
        const fits = words.every((word) => item.text.includes(word))
          && (!pool?.value || item.pools.includes(pool.value))
          && (!rule?.value || item.rule === rule.value)
          && (!severities.length || !item.severity || wanted.includes(item.severity));
        item.element.hidden = !fits;
        if (fits) shown += 1;
      }
      for (const group of groups) {
        const inside = all("[data-item]", group);
        group.hidden = inside.length > 0 && inside.every((element) => element.hidden);
      }
      told.textContent = shown === items.length ? "" : `${shown} of ${items.length} entries match`;
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    for (const [name, open] of [["open", true], ["close", false]]) {
      form.querySelector(`[name=${name}]`)?.addEventListener("click", () => {
        for (const details of all("details")) details.open = open;
        stops();
      });
    }
    addEventListener("pageshow", apply);
  }

  stops();
  reveal();
})();

(() => {
  "use strict";
  const id = (name) => document.getElementById(name);
  const all = (query, from) => [...(from || document).querySelectorAll(query)];
  const more = id("more");
  if (!more) return;
  const rows = all("details.f").map((row) => ({
    row,
    group: row.parentElement,
    state: row.dataset.s,
    owner: row.dataset.o,
    place: row.dataset.w ?? "",
    repository: row.parentElement.dataset.r,
    text: null,
  }));
  const groups = all("details.group").map((group) => {
    const number = group.querySelector("summary .n");
    return { group, number, told: number.textContent, shown: 0 };
  });
  const byGroup = new Map(groups.map((one) => [one.group, one]));
  const text = id("text");
  const count = id("count");
  const selects = ["repository", "owner", "place"].map(id).filter(Boolean);
  const boxes = all(".states input");
  const figure = (number) => number.toLocaleString("en-GB");

  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = selects.filter((one) => one.value !== "*").map((one) => [one.id, one.value.slice(1)]);
    const states = new Set(boxes.filter((box) => box.checked).map((box) => box.id.slice(3)));
    for (const one of groups) one.shown = 0;
    let shown = 0;
    for (const one of rows) {
      let passes = states.has(one.state) && wanted.every(([name, value]) => one[name] === value);
      if (passes && words.length > 0) {
        one.text ??= (one.repository + " " + one.row.textContent).toLowerCase();
        passes = words.every((word) => one.text.includes(word));
      }
      if (one.row.hidden === passes) one.row.hidden = !passes;
      if (passes) {
        shown += 1;
        byGroup.get(one.group).shown += 1;
      }
    }
    for (const one of groups) {
      const whole = figure(one.shown) === one.told;
      one.group.hidden = one.shown === 0;
      one.number.textContent = whole ? one.told : figure(one.shown) + " of " + one.told;
    }
    const narrowed = words.length > 0 || wanted.length > 0;
    if (narrowed && shown <= 200) {
      for (const one of groups) if (one.shown > 0) one.group.open = true;
    }
    for (const none of all(".none")) {
      none.hidden = all(".group:not([hidden])", none.parentElement).length > 0;
    }
    count.textContent = figure(shown) + " of " + figure(rows.length) + " shown";
  };

  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, 100);
  };
  const clear = () => {
    text.value = "";
    for (const one of selects) one.value = "*";
    for (const box of boxes) box.checked = true;
    filter();
  };
  text.addEventListener("input", soon);
  for (const one of [...selects, ...boxes]) one.addEventListener("change", filter);
  id("reset").addEventListener("click", clear);
  for (const button of all("button.set")) {
    button.disabled = false;
    button.title = "Show its findings only";
    button.addEventListener("click", () => {
      id(button.dataset.set).value = "=" + button.dataset.to;
      filter();
      const list = button.closest("section").querySelector("h3[id^=f]");
      if (list) list.scrollIntoView();
    });
  }
  document.addEventListener("keydown", (event) => {
    const typing = /^(input|select|textarea)$/i.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      text.focus();
    } else if (event.key === "Escape" && event.target === text && text.value) {
      text.value = "";
      filter();
    }
  });
  // On paper a closed group would be a name without its findings.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = groups.map((one) => one.group).filter((group) => !group.open && !group.hidden);
    for (const group of opened) group.open = true;
  });
  addEventListener("afterprint", () => {
    for (const group of opened) group.open = false;
  });
  // What has to be scrolled can be reached with the keyboard, in every browser.
  const reach = () => {
    for (const box of all(".wide")) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  addEventListener("resize", reach);
  document.addEventListener("toggle", reach, true);
  reach();
  more.hidden = false;
  filter();
})();

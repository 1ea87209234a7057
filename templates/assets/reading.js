"use strict";
/* Comfort, and nothing else: without this file every link leads where it says. Four things, one after the other:
   cards for notes and terms, the timeline narrowed in place, links that are copied, folded things open on paper. The preview
   says when it changed the page in place. */
(() => {
  /* -- cards: the entry from the end of the page, beside the words that lead to it -- */
  let card = null;
  let opener = null;
  let words = "";

  const close = (returns) => {
    if (!card) return;
    const [box, link] = [card, opener];
    card = opener = null;
    link.removeAttribute("aria-expanded");
    box.remove();
    if (returns) link.focus();
  };

  const entryOf = (link) => {
    if (link.matches("sup a")) return document.getElementById(link.hash.slice(1))?.querySelector("div");
    const term = /(?:terms\/|#term-)([^/]+)/.exec(link.getAttribute("href") || "");
    return term && (document.getElementById(`word-${term[1]}`) || document.getElementById(`term-${term[1]}`));
  };

  const place = (box, link) => {
    const mark = link.getBoundingClientRect();
    const room = document.documentElement.clientWidth - box.offsetWidth - 16;
    box.style.left = `${Math.max(16, Math.min(mark.left - 20, room)) + scrollX}px`;
    box.style.top = `${mark.bottom + scrollY + 8}px`;
  };

  const open = (link, entry) => {
    const box = document.createElement("div");
    box.className = "card";
    box.popover = "manual";
    box.tabIndex = -1;
    box.setAttribute("role", "dialog");
    box.setAttribute("aria-label", link.title || link.textContent);
    const list = entry.parentElement.matches("dl") ? document.createElement("dl") : box;
    list.append(...[...entry.children].map((part) => part.cloneNode(true)));
    if (list !== box) box.append(list);
    box.querySelector(".back")?.remove();
    (link.closest("sup") || link).after(box);
    link.setAttribute("aria-expanded", "true");
    box.showPopover();
    [card, opener, words] = [box, link, entry.textContent];
    place(box, link);
    box.focus({ preventScroll: true });
    box.scrollIntoView({ block: "nearest" });
    box.addEventListener("focusout", (event) => {
      const next = event.relatedTarget;
      if (next && next !== link && !box.contains(next)) close(false);
    });
  };

  const isPlain = (event) => !(event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);

  document.addEventListener("click", (event) => {
    if (card?.contains(event.target)) return;
    const link = event.target.closest?.("sup a, a.term");
    const again = link && link === opener;
    close(again);
    const entry = link && !again && isPlain(event) && HTMLElement.prototype.showPopover && entryOf(link);
    if (entry) open(link, entry);
    if (entry || again) event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(true);
  });
  addEventListener("resize", () => card && place(card, opener));
  addEventListener("in-place", () => {
    if (card && !(opener.isConnected && entryOf(opener)?.textContent === words)) close(true);
    if (card) place(card, opener);
  });

  /* -- the timeline: what a filter leads to is already here, so the rest is hidden; the address says by which -- */
  const unfolded = new WeakSet();
  const narrow = (event) => {
    const status = document.querySelector(".status[data-every]");
    const events = [...document.querySelectorAll("li[data-lists]")];
    if (!status || events.length !== Number(status.dataset.every)) return;
    const filters = [...document.querySelectorAll("a[data-only]")];
    for (const link of filters) link.href = link.dataset.only ? `#only-${link.dataset.only}` : "#all";
    if (!(event?.type === "hashchange" ? /^(#only-.*|#all|)$/ : /^#only-/).test(location.hash)) return;
    const chosen = filters.find((link) => location.hash === `#only-${link.dataset.only}`) || filters[0];
    const key = chosen.dataset.only;
    for (const link of filters) {
      if (link === chosen) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const isShown = (item) => !key || item.dataset.lists.split(" ").includes(key);
    for (const item of events) item.hidden = !isShown(item);
    for (const folded of document.querySelectorAll(".day, .day details")) {
      const some = [...folded.querySelectorAll("li[data-lists]")].some(isShown);
      folded.hidden = !some;
      // What was unfolded once, the reader may have closed since.
      if (!folded.matches("details") || (event?.type === "in-place" && unfolded.has(folded))) continue;
      folded.open = Boolean(key) && some;
      if (folded.open) unfolded.add(folded);
      else unfolded.delete(folded);
    }
    const count = events.filter(isShown).length;
    const all = `${events.length} events`;
    status.firstChild.data = key ? `${count} of ${all}: ${chosen.textContent}` : all;
  };

  for (const change of ["hashchange", "in-place"]) addEventListener(change, narrow);
  narrow();

  /* -- links that are copied -- */
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.copy");
    if (!link || !isPlain(event) || !navigator.clipboard) return;
    event.preventDefault();
    navigator.clipboard.writeText(link.href).then(
      () => { link.firstChild.data = "Link copied"; },
      () => { location.href = link.href; },
    );
  });

  /* -- paper cannot be unfolded -- */
  let opened = [];
  addEventListener("beforeprint", () => {
    close(false);
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const part of opened) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of opened) part.open = false;
  });
})();

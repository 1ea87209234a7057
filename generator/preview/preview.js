/* Keeps a page of the preview up to date: asks what was built, then changes the page in place, loads it anew where that
   will not do, swaps a stylesheet, or shows what is wrong. Livereload's client, which is loaded next, tells when to ask:
   after a build, and when it has found the server again. */
import { bring } from "./inplace.js";

const KEPT = "explainer-preview";
const page = document.querySelector("meta[name=explainer-preview]");
let panel = "";
let wasUnfolded = false;
let asking = false;
let again = false;

/* Asking: one question at a time; what was built while one was open is asked about after it. */

async function refresh() {
  again = true;
  if (asking) return;
  asking = true;
  try {
    while (again) {
      again = false;
      const seen = document.hidden ? "" : "yes";
      await follow(await ask("state.json", { page: location.pathname, has: page.content, seen }));
    }
  } catch {
    // The server has gone; the client asks again when it is back.
  } finally {
    asking = false;
  }
}

async function ask(what, names) {
  const answer = await fetch(`/-/${what}?${new URLSearchParams(names)}`);
  if (!answer.ok) throw new Error(answer.statusText);
  return answer.json();
}

async function follow(state) {
  const links = styles();
  if (state.styles.length !== links.length) return reload();
  await Promise.all(links.map((link, place) => swap(link, state.styles[place])));
  const focus = focused();
  if (state.page !== page.content && !(state.html && bring(state.html))) return reload();
  // What went elsewhere on the page was made anew there.
  if (!focused()) refocus(focus);
  markDrafts(new Set(state.drafts));
  return show(state.panel);
}

/* Styles. */

const styles = () => [...document.querySelectorAll("link[rel=stylesheet]:not([data-preview])")];

function swap(old, address) {
  const goal = new URL(address, document.baseURI).href;
  if (old.href === goal) return undefined;
  const link = old.cloneNode();
  link.href = goal;
  return new Promise((done) => {
    // Until the new one is there the old one stays, so that the page is never bare.
    link.onload = () => done(old.remove());
    link.onerror = () => done(link.remove());
    old.after(link);
  });
}

function styleSheet() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = "/-/preview.css";
  link.dataset.preview = "";
  return link;
}

/* What a reload must not lose: the address is kept by itself, the rest is carried over. */

function reload() {
  const kept = {
    path: location.pathname,
    scroll: [scrollX, scrollY],
    folds: [...document.querySelectorAll("details")].map((fold) => [placeOf(fold), fold.open]),
    focus: focused(),
    unfolded: isUnfolded(),
  };
  sessionStorage.setItem(KEPT, JSON.stringify(kept));
  location.reload();
}

function restore() {
  const kept = JSON.parse(sessionStorage.getItem(KEPT));
  sessionStorage.removeItem(KEPT);
  if (kept?.path !== location.pathname) return false;
  for (const [place, open] of kept.folds) {
    const fold = at(place);
    if (fold) fold.open = open;
  }
  refocus(kept.focus);
  scrollTo({ left: kept.scroll[0], top: kept.scroll[1], behavior: "instant" });
  return kept.unfolded;
}

// Counted from the nearest thing with a name, so that it is found again when something was added above it.
function placeOf(element) {
  const home = element.closest("[id], [data-record]");
  const name = home?.id ? `#${CSS.escape(home.id)}` : home ? `[data-record="${home.dataset.record}"]` : "html";
  const selector = home === element ? name : `${name} ${element.localName}`;
  return [selector, [...document.querySelectorAll(selector)].indexOf(element)];
}

const at = ([selector, number]) => document.querySelectorAll(selector)[number];

function focused() {
  const focus = document.activeElement;
  return focus && focus !== document.body ? placeOf(focus) : null;
}

function refocus(place) {
  if (place) at(place)?.focus({ preventScroll: true });
}

/* The panel stands in a tree of its own, where the site's styles do not reach. */

const host = document.createElement("div");
host.id = "explainer-preview";
host.lang = "en";
host.dir = "ltr";
const inside = host.attachShadow({ mode: "open" });
inside.append(styleSheet());

function show(html) {
  if (html === panel) return;
  panel = html;
  const unfolded = isUnfolded();
  hide();
  inside.append(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  inside.querySelector("button")?.addEventListener("click", hide);
  const fold = inside.querySelector("details");
  if (fold) fold.open = unfolded;
}

const hide = () => inside.querySelector("section")?.remove();
const isUnfolded = () => inside.querySelector("details")?.open ?? wasUnfolded;

function markDrafts(drafts) {
  for (const link of document.querySelectorAll("a[href]")) {
    link.toggleAttribute("data-preview-draft", link.origin === location.origin && drafts.has(link.pathname));
  }
}

/* From what is shown to where it is written: Alt and a click, or the key “e”. */

function namesFrom(element) {
  const names = [];
  for (let part = element; part; part = part.parentElement) {
    if (part.dataset.record) names.push(part.dataset.record);
    if (part.localName === "a" && part.origin === location.origin && part.pathname !== location.pathname) {
      names.push(part.pathname);
    }
  }
  return [...names, location.pathname];
}

async function openSource(element) {
  const names = namesFrom(element).map((name) => ["of", name]);
  const found = await ask("record.json", names).catch(() => null);
  if (found) location.assign(found.href);
}

function pointedAt() {
  const focus = document.activeElement;
  return focus && focus !== document.body ? focus : [...document.querySelectorAll(":hover")].pop();
}

const isTyping = (target) => target.isContentEditable || /^(input|select|textarea)$/.test(target.localName);

document.addEventListener("click", (event) => {
  if (!event.altKey || event.button !== 0 || event.target === host) return;
  event.preventDefault();
  openSource(event.target);
}, true);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (event.key === "Escape") hide();
  if (event.key === "e") openSource(pointedAt() ?? document.body);
});

// Not before the page's own scripts have run, which may hide or open things.
addEventListener("DOMContentLoaded", () => {
  wasUnfolded = restore();
  document.head.append(styleSheet());
  document.body.append(host);
});

window.LiveReloadPluginPreview = class {
  static identifier = "explainer-preview";
  static version = "1.0";

  reload() {
    refresh();
    return true;
  }
};

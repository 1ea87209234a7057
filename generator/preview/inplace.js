/* Brings the open page in line with a newer one. The page as it was served is kept apart, and only where the newer one
   differs from that is the open page touched: what the reader or a script did to the rest stays. */

const STYLES = "link[rel=stylesheet]";
// What cannot be changed once a page is open, or is read in another way by a parser that runs no scripts.
const FIXED = 'script:not([type="application/ld+json"]), meta[http-equiv], noscript, template';
const LASTING = "script[data-in-place], meta";

const shown = new WeakMap();
const served = document.implementation.createHTMLDocument().importNode(document.documentElement, true);
pair(served, document.documentElement);
for (const link of served.querySelectorAll(STYLES)) link.remove();

/** Show the page that is written so; false where only loading it anew will do, before which it may be half shown. */
export function bring(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  if (fresh.compatMode !== document.compatMode || !isLasting(fresh.documentElement)) return false;
  for (const link of fresh.querySelectorAll(STYLES)) link.remove();
  try {
    update(served, fresh.documentElement);
  } catch {
    return false; // a script has moved things, or the page holds what no script may write
  }
  dispatchEvent(new Event("in-place"));
  return true;
}

function isLasting(fresh) {
  const [before, after] = [served, fresh].map((tree) => [...tree.querySelectorAll(FIXED)]);
  return before.length === after.length && before.every((one, i) => one.matches(LASTING) && one.isEqualNode(after[i]));
}

/** Remember which node of the page each node of `tree`, its copy, stands for. */
function pair(tree, page) {
  const [one, other] = [tree, page].map((root) => document.createTreeWalker(root));
  do shown.set(one.currentNode, other.currentNode);
  while (one.nextNode() && other.nextNode());
}

/* Whatever is done to the page is done to the copy of what was served. */

function update(was, fresh) {
  if (was.nodeType === Node.ELEMENT_NODE) {
    updateAttributes(was, fresh);
    updateChildren(was, fresh);
  } else if (was.data !== fresh.data) {
    for (const node of [shown.get(was), was]) updateText(node, fresh.data);
  }
}

function updateAttributes(was, fresh) {
  for (const { namespaceURI, localName } of [...was.attributes]) {
    if (fresh.hasAttributeNS(namespaceURI, localName)) continue;
    for (const node of [shown.get(was), was]) node.removeAttributeNS(namespaceURI, localName);
  }
  for (const { namespaceURI, name, localName, value } of fresh.attributes) {
    if (was.getAttributeNS(namespaceURI, localName) === value) continue;
    for (const node of [shown.get(was), was]) node.setAttributeNS(namespaceURI, name, value);
  }
}

/** Only the letters that differ: a selection in the others stays. */
function updateText(node, text) {
  const [start, end] = sameEnds(node.data, text, (one, other) => one === other);
  node.replaceData(start, node.length - start - end, text.slice(start, text.length - end));
}

function updateChildren(was, fresh) {
  const [before, after] = [was, fresh].map((tree) => [...tree.childNodes]);
  const [start, end] = sameEnds(before, after, (one, other) => one.isEqualNode(other));
  const [gone, come] = [before, after].map((nodes) => nodes.slice(start, nodes.length - end));
  if (!gone.length && !come.length) return;
  if (before.some((node) => shown.get(node).parentNode !== shown.get(was))) throw new Error("not where it was put");
  const partners = partnersOf(gone, come);
  const kept = come.map((node) => partners.get(node)).filter(Boolean);
  const staying = inOrder(kept, gone);
  for (const node of new Set(gone).difference(new Set(kept))) remove(node);
  let last = before[start - 1];
  for (const node of come) {
    const partner = partners.get(node);
    if (!partner) insert(was, node, last);
    else if (!staying.has(partner)) move(was, partner, last);
    if (partner && !partner.isEqualNode(node)) update(partner, node);
    last = partner ?? node;
  }
}

function remove(node) {
  shown.get(node).remove();
  node.remove();
}

function insert(parent, node, last) {
  const made = document.importNode(node, true);
  pair(node, made);
  put(shown.get(parent), made, shown.get(last));
  put(parent, node, last);
}

function move(parent, node, last) {
  put(shown.get(parent), shown.get(node), shown.get(last));
  put(parent, node, last);
}

function put(parent, node, last) {
  const next = last ? last.nextSibling : parent.firstChild;
  // Where there is such a thing, what is moved keeps the focus.
  if (node.parentNode === parent && parent.moveBefore) parent.moveBefore(node, next);
  else parent.insertBefore(node, next);
}

/** How many are the same at the beginning, and how many of the others at the end. */
function sameEnds(one, other, isSame) {
  const most = Math.min(one.length, other.length);
  let [start, end] = [0, 0];
  while (start < most && isSame(one[start], other[start])) start += 1;
  while (end < most - start && isSame(one[one.length - 1 - end], other[other.length - 1 - end])) end += 1;
  return [start, end];
}

/* What becomes of what: first what says the same, then what has the same name, then what is of the same sort. */

const words = (node) => node.textContent.replace(/[\d\s]+/g, " ").trim(); // notes are numbered anew when one comes
const name = (node) => node.id || node.dataset?.record || node.querySelector?.("[data-record]")?.dataset.record;
const sort = (node) => (node.nodeType === Node.ELEMENT_NODE || words(node) ? "any" : "");

function partnersOf(gone, come) {
  const partners = new Map();
  const free = new Set(gone);
  const isClear = gone.length === 1 && come.length === 1;
  for (const way of isClear ? [sort] : [words, name, sort]) {
    const waiting = Map.groupBy(free, (node) => `${node.nodeName} ${way(node)}`);
    for (const node of come) {
      const key = !partners.has(node) && way(node);
      const partner = key && waiting.get(`${node.nodeName} ${key}`)?.shift();
      if (!partner) continue;
      partners.set(node, partner);
      free.delete(partner);
    }
  }
  return partners;
}

/** The nodes that can stay where they are while the others are moved: a longest run of `kept` in the order of `all`. */
function inOrder(kept, all) {
  const places = new Map(all.map((node, place) => [node, place]));
  const numbers = kept.map((node) => places.get(node));
  const [ends, before] = [[], []];
  for (const [here, number] of numbers.entries()) {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[ends[middle]] < number) low = middle + 1;
      else high = middle;
    }
    before[here] = ends[low - 1];
    ends[low] = here;
  }
  const run = new Set();
  for (let here = ends.at(-1); here !== undefined; here = before[here]) run.add(kept[here]);
  return run;
}

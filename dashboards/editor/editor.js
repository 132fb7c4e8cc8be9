// The editor of the SQL page: a text area that is coloured from behind, with completion of marts and columns.
const TOKEN = /(--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|('(?:[^']|'')*'?)|("(?:[^"]|"")*"?)|(\b\d+(?:\.\d+)?\b)|([\p{L}_][\p{L}\p{N}_]*)/gu;
const SOURCE = /\b(?:from|join)\s+([\w.]+)(?:\s+(?:as\s+)?([a-z_]\w*))?/gi;
const NO_ALIAS = new Set(["where", "on", "using", "group", "order", "left", "right", "inner", "full", "cross", "join", "limit",
  "union", "qualify", "having", "window", "lateral", "semi", "anti", "asof", "natural", "positional", "intersect", "except"]);
const SHOWN = 40;

const escaped = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);

function coloured(text, words) {
  let html = "", last = 0;
  for (const found of text.matchAll(TOKEN)) {
    const [whole, comment, string, , number, word] = found;
    const lower = word?.toLowerCase();
    const kind = comment ? "c" : string ? "s" : number ? "n"
      : !word ? "" : words.keywords.has(lower) ? "k" : words.functions.has(lower) ? "f" : words.marts.has(lower) ? "m" : "";
    html += escaped(text.slice(last, found.index)) + (kind ? `<span class="${kind}">${escaped(whole)}</span>` : escaped(whole));
    last = found.index + whole.length;
  }
  return html + escaped(text.slice(last)) + "\n";
}

// Every mart that the text reads, under its own name and its alias.
function sources(text, data) {
  const found = new Map();
  for (const [, name, alias] of text.matchAll(SOURCE)) {
    const bare = name.toLowerCase().replace(/^marts\./, "");
    const mart = data.marts.find((one) => one.name === bare);
    if (!mart) continue;
    found.set(bare.split(".").pop(), mart);
    if (alias && !NO_ALIAS.has(alias.toLowerCase())) found.set(alias.toLowerCase(), mart);
  }
  return found;
}

function candidates(text, caret, data, words) {
  const before = text.slice(0, caret);
  const typed = /[\p{L}\p{N}_.]*$/u.exec(before)[0];
  const read = sources(text, data);
  const dot = typed.lastIndexOf(".");
  if (dot >= 0) {
    const owner = typed.slice(0, dot).toLowerCase(), part = typed.slice(dot + 1).toLowerCase();
    const mart = read.get(owner);
    const among = mart ? mart.columns : data.marts.filter((one) => one.name.startsWith(`${owner}.`))
      .map((one) => ({ ...one, name: one.name.slice(owner.length + 1) }));
    return { part, items: ranked(among, part) };
  }
  const part = typed.toLowerCase();
  if (/\b(?:from|join)\s+[\w.]*$/i.test(before)) return { part, items: ranked(data.marts, part) };
  if (!part) return { part, items: [] };
  const columns = new Map();
  for (const mart of new Set(read.values())) for (const column of mart.columns) columns.set(column.name, column);
  const others = [...words.keywords, ...words.functions].map((name) => ({ name, label: "" }));
  return { part, items: ranked([...columns.values()], part).concat(ranked(data.marts, part), ranked(others, part)) };
}

// What begins so first, then what has the letters anywhere, in the name or in the label.
function ranked(items, part) {
  const begins = items.filter((item) => item.name.startsWith(part));
  const holds = part.length < 2 ? [] : items.filter((item) =>
    !item.name.startsWith(part) && (item.name.includes(part) || (item.label ?? "").toLowerCase().includes(part)));
  return begins.concat(holds);
}

function build(root) {
  const [area, pre, list] = ["textarea", "pre", "ul"].map((name) => root.querySelector(name));
  const editor = { data: null, words: null, items: [], chosen: 0, part: "", revision: null };

  const paint = () => { pre.innerHTML = coloured(area.value, editor.words); };
  const close = () => { list.hidden = true; editor.items = []; area.setAttribute("aria-expanded", "false"); area.removeAttribute("aria-activedescendant"); };

  function place() {
    const range = document.createElement("span");
    const copy = pre.cloneNode(false);
    Object.assign(copy.style, { position: "absolute", inset: "0", visibility: "hidden" });
    copy.textContent = area.value.slice(0, area.selectionStart - editor.part.length);
    range.textContent = "\u200b";
    copy.append(range);
    pre.parentElement.append(copy);
    list.style.top = `${range.offsetTop + range.offsetHeight + 4}px`;
    list.style.left = `${Math.max(0, Math.min(range.offsetLeft, pre.clientWidth - list.offsetWidth))}px`;
    copy.remove();
  }

  function show(items) {
    editor.items = items.slice(0, SHOWN);
    list.replaceChildren(...editor.items.map((item, number) => {
      const line = document.createElement("li");
      line.id = `completion_${number}`;
      line.setAttribute("role", "option");
      for (const text of [item.name, item.label ?? ""]) line.append(Object.assign(document.createElement("span"), { textContent: text }));
      line.onmousedown = (event) => { event.preventDefault(); take(number); };
      return line;
    }));
    list.hidden = false;
    area.setAttribute("aria-expanded", "true");
    choose(0);
    place();
  }

  function choose(number) {
    editor.chosen = (number + editor.items.length) % editor.items.length;
    [...list.children].forEach((line, place) => line.setAttribute("aria-selected", String(place === editor.chosen)));
    const line = list.children[editor.chosen];
    line.scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", line.id);
  }

  function take(number) {
    const end = area.selectionStart;
    area.setRangeText(editor.items[number].name, end - editor.part.length, end, "end");
    close();
    paint();
  }

  function complete(isAsked) {
    const found = candidates(area.value, area.selectionStart, editor.data, editor.words);
    const isWhole = found.items.length === 1 && found.items[0].name === found.part;
    editor.part = found.part;
    if (found.items.length && !isWhole && (isAsked || found.part || /[.\s]$/.test(area.value.slice(0, area.selectionStart)))) show(found.items);
    else close();
  }

  const tell = () => editor.component.setStateValue("sql", area.value);
  area.oninput = (event) => { paint(); if (!event.isComposing) complete(false); };
  area.addEventListener("compositionend", () => { paint(); complete(false); });
  area.onblur = () => { close(); tell(); };
  area.onkeydown = (event) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      close();
      tell();
      editor.component.setTriggerValue("run", area.value);
    } else if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      complete(true);
    } else if (!list.hidden) {
      const deeds = { ArrowDown: () => choose(editor.chosen + 1), ArrowUp: () => choose(editor.chosen - 1), Escape: close,
        Enter: () => take(editor.chosen), Tab: () => take(editor.chosen) };
      if (deeds[event.key]) { event.preventDefault(); event.stopPropagation(); deeds[event.key](); }
    }
  };

  editor.update = (component) => {
    editor.component = component;
    const { data } = component;
    editor.data = data;
    editor.words = { keywords: new Set(data.keywords), functions: new Set(data.functions),
      marts: new Set(data.marts.flatMap((one) => [one.name, one.name.split(".").pop()])) };
    area.setAttribute("aria-label", data.label);
    area.placeholder = data.placeholder;
    root.querySelector(".editor").style.setProperty("--sql-text", data.colours.text);
    root.querySelector(".editor").style.setProperty("--sql-number", data.colours.number);
    if (editor.revision !== data.revision) { area.value = data.value; editor.revision = data.revision; }
    paint();
  };
  return editor;
}

const editors = new WeakMap();

export default function (component) {
  const root = component.parentElement;
  if (!editors.has(root)) editors.set(root, build(root));
  editors.get(root).update(component);
}

"use strict";
// Language and mode are chosen before the page is drawn, and kept for the next page.
const page = document.documentElement;
const kept = {
  works: true,
  get(name) { try { return localStorage.getItem("scorehouse." + name); } catch { this.works = false; return null; } },
  set(name, value) { try { localStorage.setItem("scorehouse." + name, value); } catch { this.works = false; } },
};
const asked = new URLSearchParams(location.search);

function speak(language) {
  page.dataset.lang = language;
  page.lang = language === "zh" ? "zh-CN" : "en";
  const search = document.getElementById("search");
  if (search) search.placeholder = search.dataset[language];
}

function shine(theme) {
  page.dataset.theme = theme;
}

for (const name of ["lang", "theme"]) if (asked.get(name)) kept.set(name, asked.get(name));
speak(asked.get("lang") || kept.get("lang") || "zh");
shine(asked.get("theme") || kept.get("theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"));

function carry(event) {
  // Where pages of a file may store nothing, the choice travels in the links.
  const link = event.target.closest("a[href]");
  if (!link || kept.works) return;
  const url = new URL(link.href);
  url.searchParams.set("lang", page.dataset.lang);
  url.searchParams.set("theme", page.dataset.theme);
  link.href = url.href;
}

function matches(entry, wanted) {
  const text = (entry.name + " " + entry.zh + " " + entry.en).toLowerCase();
  return wanted.every((word) => text.includes(word));
}

function rank(entry, typed) {
  const begins = [entry.name, entry.zh, entry.en].some((text) => text.toLowerCase().startsWith(typed));
  return (begins ? 0 : 10) + entry.order;
}

function look(typed) {
  const list = document.getElementById("found");
  const wanted = typed.toLowerCase().split(/\s+/).filter(Boolean);
  list.replaceChildren();
  list.hidden = wanted.length === 0;
  if (list.hidden) return;
  const found = window.SEARCH.filter((entry) => matches(entry, wanted));
  found.sort((one, other) => rank(one, typed.toLowerCase()) - rank(other, typed.toLowerCase()));
  for (const entry of found.slice(0, 40)) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = page.dataset.root + entry.url;
    const name = document.createElement("code");
    name.textContent = entry.name;
    const said = document.createElement("span");
    said.textContent = page.dataset.lang === "zh" ? entry.zh : entry.en;
    link.append(name, said);
    item.append(link);
    list.append(item);
  }
  if (found.length === 0) {
    const item = document.createElement("li");
    item.textContent = "–";
    list.append(item);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  speak(page.dataset.lang);
  const menu = document.querySelector("nav details");
  if (matchMedia("(max-width: 56rem)").matches) menu.open = false;
  document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "center" });
  document.getElementById("language").addEventListener("click", () => {
    speak(page.dataset.lang === "zh" ? "en" : "zh");
    kept.set("lang", page.dataset.lang);
  });
  document.getElementById("theme").addEventListener("click", () => {
    shine(page.dataset.theme === "dark" ? "light" : "dark");
    kept.set("theme", page.dataset.theme);
  });
  const search = document.getElementById("search");
  search.addEventListener("input", () => look(search.value));
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== search) { event.preventDefault(); search.focus(); }
    if (event.key === "Escape") { search.value = ""; look(""); search.blur(); }
    if (event.key === "Enter" && document.activeElement === search) document.querySelector("#found a")?.click();
  });
  document.addEventListener("click", carry);
  for (const button of document.querySelectorAll(".copy")) {
    button.addEventListener("click", () => {
      const range = document.createRange();
      range.selectNodeContents(button.parentElement.querySelector("pre"));
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      navigator.clipboard?.writeText(range.toString()).catch(() => document.execCommand("copy"));
    });
  }
});

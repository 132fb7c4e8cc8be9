// Beside each chart of the page a small menu that saves it as PNG or SVG, as the reader sees it: colours of the
// mode, fonts of the reader's machine. The page runs this once; charts that come later are found by an observer.
// The same round lets the keyboard into small tables that are wider than the window and scroll sideways.
const CHART = '[data-testid="stVegaLiteChart"]';
const TABLE = '[data-testid="stTable"] > div';
const SHARPNESS = 2;
const MARGIN = 12;
const SVG = "http://www.w3.org/2000/svg";

export default function ({ data }) {
  const kept = (window.scorehouseChartImages ??= { observer: null, sizes: null, words: data });
  kept.words = data;
  kept.observer?.disconnect();
  kept.sizes?.disconnect();
  kept.sizes = new ResizeObserver((changed) => changed.forEach(({ target }) => reachable(target)));
  const scan = () => {
    document.querySelectorAll(CHART).forEach((chart) => attach(chart, kept));
    document.querySelectorAll(TABLE).forEach((table) => kept.sizes.observe(table));
  };
  kept.observer = new MutationObserver(scan);
  kept.observer.observe(document.body, { childList: true, subtree: true });
  scan();
  document.querySelectorAll(".chart-image").forEach((menu) => name(menu, kept.words));
}

// Streamlit's box of a table takes no keys, so its columns to the right could only be reached by a finger.
function reachable(table) {
  if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
  else table.removeAttribute("tabindex");
}

function attach(chart, kept) {
  const place = chart.parentElement;
  if (!place || place.querySelector(":scope > .chart-image")) return;
  const menu = document.createElement("details");
  menu.className = "chart-image";
  const label = document.createElement("summary");
  label.textContent = "⤓";
  menu.append(label);
  for (const kind of ["png", "svg"]) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.kind = kind;
    button.addEventListener("click", async () => {
      try {
        await save(chart, kind);
        menu.open = false;
      } catch {
        button.textContent = kept.words.failed;
      }
    });
    menu.append(button);
  }
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    label.focus();
  });
  menu.addEventListener("focusout", (event) => {
    if (!menu.contains(event.relatedTarget)) menu.open = false;
  });
  name(menu, kept.words);
  place.classList.add("has-chart-image");
  place.append(menu);
}

function name(menu, words) {
  const label = menu.querySelector("summary");
  label.title = words.menu;
  label.setAttribute("aria-label", words.menu);
  menu.querySelectorAll("button").forEach((button) => (button.textContent = words[button.dataset.kind]));
}

async function save(chart, kind) {
  const drawn = chart.querySelector("svg.marks");
  if (!drawn) throw new Error("the chart is not drawn");
  const { text, width, height, title } = asSvg(drawn);
  const blob = kind === "svg" ? new Blob([text], { type: "image/svg+xml" }) : await asPng(text, width, height);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `${title.replace(/[\\/:*?"<>|\s]+/g, " ").trim().slice(0, 60) || "chart"}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function asSvg(drawn) {
  const box = drawn.getBoundingClientRect();
  const width = Math.ceil(drawn.width.baseVal.value || box.width);
  const height = Math.ceil(drawn.height.baseVal.value || box.height);
  const copy = drawn.cloneNode(true);
  const title = drawn.closest("[aria-label]")?.getAttribute("aria-label")
    ?? drawn.querySelector("[aria-label]")?.getAttribute("aria-label") ?? "";
  const whole = document.createElementNS(SVG, "svg");
  whole.setAttribute("width", width + 2 * MARGIN);
  whole.setAttribute("height", height + 2 * MARGIN);
  const spoken = document.createElementNS(SVG, "title");
  spoken.textContent = title;
  const ground = document.createElementNS(SVG, "rect");
  ground.setAttribute("width", "100%");
  ground.setAttribute("height", "100%");
  ground.setAttribute("fill", getComputedStyle(document.querySelector(".stApp")).backgroundColor);
  copy.setAttribute("x", MARGIN);
  copy.setAttribute("y", MARGIN);
  copy.removeAttribute("style");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  whole.append(spoken, ground, copy);
  const text = new XMLSerializer().serializeToString(whole);
  return { text, width: width + 2 * MARGIN, height: height + 2 * MARGIN, title };
}

async function asPng(text, width, height) {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = width * SHARPNESS;
  canvas.height = height * SHARPNESS;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((take, refuse) => canvas.toBlob((blob) => (blob ? take(blob) : refuse(new Error("no image")))));
}

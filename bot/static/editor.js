// The article editor: a live preview, buttons for Markdown, and a copy of what is being typed until it is saved.
"use strict";

const form = document.getElementById("editor");
const body = form.elements.body;
const keptKey = "article " + form.dataset.key + " " + form.elements.revision.value;
let dirty = false;
let leaving = false;

const typed = () => JSON.stringify([...new FormData(form)].filter(([name]) => name !== "token"));

// -- preview --

AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = markdown[text] || "";
  result.didProcess = text in markdown;
};
let markdown = {};
let asked = 0;

async function preview() {
  const number = ++asked;
  const data = new FormData(form);
  const answer = await fetch("/desk/articles/preview", { method: "POST", body: data }).catch(() => null);
  if (number !== asked || !answer || !answer.ok || answer.redirected) return;
  const shown = await answer.json();
  markdown = shown.markdown;
  document.getElementById("preview-web").innerHTML = shown.web.join(""); // made and cleaned by our own server
  document.getElementById("preview-web").querySelectorAll("button, input, select, textarea").forEach((one) => (one.disabled = true));
  const teams = document.getElementById("preview-teams");
  teams.replaceChildren(...shown.teams.map(teamsCard));
  const list = document.getElementById("preview-problems");
  list.replaceChildren(
    ...shown.problems.map((problem) => {
      const line = document.createElement("li");
      line.className = problem.stops ? "error" : "advice";
      line.textContent = problem.words;
      return line;
    }),
  );
}

function teamsCard(json) {
  const card = new AdaptiveCards.AdaptiveCard();
  card.onExecuteAction = () => {};
  card.parse(json);
  const drawn = card.render();
  drawn.querySelectorAll("a").forEach((link) => link.removeAttribute("href"));
  return drawn;
}

let waiting;
function changed() {
  dirty = true;
  document.title = document.title.replace(/^(• )?/, "• ");
  try {
    localStorage.setItem(keptKey, typed());
  } catch {} // no room or not allowed: the browser still asks before leaving
  clearTimeout(waiting);
  waiting = setTimeout(preview, 400);
}
form.addEventListener("input", changed);

for (const button of form.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => {
    for (const other of form.querySelectorAll("[data-show]")) {
      const on = other === button;
      other.setAttribute("aria-pressed", String(on));
      document.getElementById("preview-" + other.dataset.show).hidden = !on;
    }
  });
}

// -- Markdown for people who fear it --

function replaceLines(change) {
  const from = body.value.lastIndexOf("\n", body.selectionStart - 1) + 1;
  body.setRangeText(body.value.slice(from, body.selectionEnd).split("\n").map(change).join("\n"), from, body.selectionEnd, "end");
}

form.querySelector(".tools").addEventListener("click", (event) => {
  const { before, around, link } = event.target.dataset;
  const words = body.value.slice(body.selectionStart, body.selectionEnd);
  if (before) replaceLines((line) => (line.startsWith(before) ? line.slice(before.length) : before + line));
  else if (around) body.setRangeText(around + words + around, body.selectionStart, body.selectionEnd, "end");
  else if (link) {
    const address = prompt(link, "https://");
    if (address) body.setRangeText("[" + (words || address) + "](" + address + ")", body.selectionStart, body.selectionEnd, "end");
  } else return;
  body.focus();
  changed();
});

// -- nothing typed is lost --

const kept = document.getElementById("kept");
let copy = null;
try {
  copy = localStorage.getItem(keptKey);
} catch {}
kept.hidden = !copy || copy === typed();

document.getElementById("kept-use").addEventListener("click", () => {
  const values = JSON.parse(copy);
  for (const field of form.elements) {
    if (!field.name || ["token", "revision", "do"].includes(field.name)) continue;
    const mine = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "checkbox") field.checked = mine.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = mine.includes(option.value);
    else if (mine.length) field.value = mine[0];
  }
  kept.hidden = true;
  changed();
});
document.getElementById("kept-drop").addEventListener("click", () => {
  localStorage.removeItem(keptKey);
  kept.hidden = true;
});

form.addEventListener("submit", (event) => {
  const sure = event.submitter && event.submitter.dataset.sure;
  if (sure && !confirm(sure)) return event.preventDefault();
  leaving = true;
});
addEventListener("beforeunload", (event) => {
  if (dirty && !leaving) event.preventDefault();
});
// The page after saving says so, and has another revision: the copies of earlier ones are no longer needed.
if (document.querySelector(".done")) {
  for (const name of Object.keys(localStorage)) if (name.startsWith("article " + form.dataset.key + " ")) localStorage.removeItem(name);
}

preview();

// The form of a step: what employees would see of it is drawn again while somebody writes.
"use strict";

const form = document.getElementById("career-form");
const preview = document.getElementById("preview");
let dirty = false;
let leaving = false;
let asked = 0;
let waiting;

async function draw() {
  const number = ++asked;
  const answer = await fetch("/desk/career/preview", { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  if (number !== asked || !answer || !answer.ok || answer.redirected) return;
  const shown = await answer.json();
  if (number === asked) preview.innerHTML = shown.html; // made and escaped by our own server
}

form.addEventListener("input", () => {
  dirty = true;
  clearTimeout(waiting);
  waiting = setTimeout(draw, 400);
});
form.addEventListener("submit", () => { leaving = true; });
addEventListener("beforeunload", (event) => {
  if (dirty && !leaving) event.preventDefault();
});

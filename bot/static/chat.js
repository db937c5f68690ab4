// The web chat: sends words and taps, shows what comes back, and listens for news.
"use strict";

const log = document.getElementById("log");
const state = document.getElementById("state");
const form = document.getElementById("write");
const text = document.getElementById("text");
const receipt = document.getElementById("receipt");
const receiptWords = document.getElementById("receipt-words");

let stream = null;
let busy = Promise.resolve();

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");

async function call(path, data) {
  const answer = await fetch(path + location.search, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(data),
  });
  const body = answer.status === 204 ? {} : await answer.json().catch(() => ({}));
  return { status: answer.status, body };
}

// One call after another, so that answers stand in the order of the questions.
function inTurn(work) {
  busy = busy.then(work, work);
  return busy;
}

function mine(words) {
  const said = document.createElement("p");
  said.className = "mine words";
  const who = document.createElement("span");
  who.className = "hidden";
  who.textContent = state.dataset.you + ": ";
  said.append(who, words);
  log.append(said);
  said.scrollIntoView({ block: "end" });
  return said;
}

function show(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html; // made by our own server, which escapes everything people wrote
  const card = holder.content.firstElementChild;
  log.append(card);
  return card;
}

// A question that has been answered, or asked again, takes no more taps.
function retire() {
  for (const card of log.querySelectorAll("article[data-card]:not(.answered)")) {
    card.classList.add("answered");
    for (const control of card.querySelectorAll("[data-press*='\"pick\"'], input, select, textarea")) control.disabled = true;
  }
}

function showAll(body) {
  if (body.receipt) receiptWords.value = body.receipt;
  if (body.language) log.lang = body.language;
  const cards = body.cards || [];
  if (cards.some((html) => html.includes("data-card="))) retire();
  const shown = cards.map(show);
  if (body.keep) remindOfReceipt();
  if (shown.length) shown[0].scrollIntoView({ block: body.keep || shown.length > 1 ? "start" : "nearest" });
}

function remindOfReceipt() {
  const card = document.createElement("article");
  card.className = "card receipt-card";
  const words = document.createElement("p");
  words.textContent = state.dataset.receiptNow;
  const secret = document.createElement("p");
  secret.className = "receipt";
  secret.textContent = receiptWords.value;
  card.append(words, secret);
  log.append(card);
}

async function send(data, words) {
  const said = words ? mine(words) : null;
  state.textContent = state.dataset.typing;
  try {
    let answer = await call("/chat/say", data);
    if (answer.status === 401) {
      await open();
      answer = await call("/chat/say", data);
    }
    if (answer.status !== 200) throw new Error("refused");
    state.textContent = "";
    showAll(answer.body);
    return true;
  } catch {
    state.textContent = state.dataset.notSent;
    if (said) said.remove();
    return false;
  }
}

async function open() {
  const answer = await call("/chat/open", {});
  if (answer.status !== 200) throw new Error("refused");
  showAll(answer.body);
  listen();
}

function listen() {
  if (stream) stream.close();
  stream = new EventSource("/chat/events");
  stream.addEventListener("notice", (event) => {
    const news = JSON.parse(event.data);
    if (!document.getElementById("notice-" + news.id)) {
      const card = show(news.card);
      card.id = "notice-" + news.id;
      card.classList.add("notice");
      card.scrollIntoView({ block: "nearest" });
    }
    call("/chat/seen", { ids: [news.id] }).catch(() => {});
  });
  stream.addEventListener("open", () => {
    if (state.textContent === state.dataset.lost) state.textContent = "";
  });
  stream.addEventListener("error", () => {
    state.textContent = state.dataset.lost;
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return;
  const id = newId();
  text.value = "";
  fit();
  inTurn(async () => {
    if (!(await send({ id, text: words }, words)) && !text.value) {
      text.value = words; // nothing that was written is lost
      fit();
    }
  });
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

function fit() {
  text.style.height = "auto";
  text.style.height = Math.min(text.scrollHeight, 160) + "px";
}
text.addEventListener("input", fit);

log.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter || event.target.querySelector("[data-press]");
  if (!button || !button.dataset.press) return;
  const data = { id: newId(), sporskifte: JSON.parse(button.dataset.press) };
  for (const [name, value] of new FormData(event.target)) data[name] = value;
  inTurn(() => send(data, button.textContent.trim()));
  text.focus({ preventScroll: true });
});

document.getElementById("receipt-copy").addEventListener("click", async (event) => {
  try {
    await navigator.clipboard.writeText(receiptWords.value);
    event.target.textContent = event.target.dataset.copied;
  } catch {
    getSelection().selectAllChildren(receiptWords);
  }
});

document.getElementById("receipt-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const error = document.getElementById("receipt-error");
  const field = document.getElementById("receipt-enter");
  error.textContent = "";
  try {
    const answer = await call("/chat/receipt", { words: field.value });
    if (answer.status !== 200) {
      error.textContent = answer.body.error || state.dataset.notSent;
      return;
    }
    field.value = "";
    receipt.open = false;
    log.replaceChildren();
    showAll(answer.body);
    listen();
    text.focus();
  } catch {
    error.textContent = state.dataset.notSent;
  }
});

document.getElementById("leave").addEventListener("click", async () => {
  if (stream) stream.close();
  await call("/chat/leave", {}).catch(() => {});
  location.reload();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") receipt.open = false;
});

inTurn(() =>
  open().catch(() => {
    state.textContent = state.dataset.lost;
    setTimeout(() => inTurn(() => open().catch(() => {})), 2000);
  }),
);

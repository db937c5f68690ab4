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
const unsent = new Map(); // what failed, by its content: sent again, it keeps its id and is heard once
const pressing = new Set();

const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");

// A failure that has words of its own.
class Told extends Error {}
const told = (error, otherwise) => (error instanceof Told ? error.message : otherwise);

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
  lookAt(said);
  return said;
}

// Scrolls only the log: scrollIntoView would move the page around a frame as well.
function lookAt(element) {
  log.scrollTop = element.offsetTop - 12;
}

function show(html) {
  const holder = document.createElement("template");
  holder.innerHTML = html; // made by our own server, which escapes everything people wrote
  const card = holder.content.firstElementChild;
  log.append(card);
  return card;
}

// A question that has been answered, or asked again, takes no more taps.
function retire(card, answered = true) {
  card.classList.toggle("answered", answered);
  const controls = card.querySelectorAll("[data-press*='\"pick\"'], input, select, textarea");
  for (const control of controls) control.disabled = answered;
}

const isOpen = (card) => card !== null && !card.classList.contains("answered");
const openQuestions = () => log.querySelectorAll("article[data-card]:not(.answered)");

function showAll(body, said) {
  if (body.receipt) receiptWords.value = body.receipt;
  if (body.language) log.lang = body.language;
  const cards = body.cards || [];
  if (cards.some((html) => html.includes("data-card="))) openQuestions().forEach((card) => retire(card));
  const shown = cards.map(show);
  if (body.keep) remindOfReceipt();
  if (shown.length) lookAt(said || shown[0]); // the question on top, the answer below it
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

// `question` is the card that these are the answer to, or null.
async function send(content, words, question) {
  const key = JSON.stringify(content);
  const message = unsent.get(key) || { id: newId(), said: mine(words) };
  const again = unsent.delete(key);
  if (again) markSending(message);
  if (question) retire(question); // it is answered once
  state.textContent = state.dataset.typing;
  try {
    const cards = await say({ id: message.id, ...content }, message.said);
    state.textContent = "";
    // It was heard the first time, and only the answer got lost: show where we are.
    if (again && !cards.length) await open().catch(() => { state.textContent = state.dataset.lost; });
  } catch (error) {
    unsent.set(key, message);
    if (question) retire(question, false);
    markUnsent(message, () => inTurn(() => send(content, words, isOpen(question) ? question : null)));
    state.textContent = told(error, state.dataset.notSent);
  }
}

async function say(data, said) {
  const path = "/chat/say";
  const whose = { receipt: receiptWords.value || undefined };
  let answer = await call(path, { ...data, ...whose });
  if (answer.status === 401) {
    await takeUp();
    answer = await call(path, { ...data, ...whose });
  }
  if (answer.status === 413) throw new Told(state.dataset.tooLong);
  if (answer.status !== 200) throw new Error("refused");
  showAll(answer.body, said);
  return answer.body.cards;
}

// The cookie has gone or is of another tab's visit: go on with this page's own, so that words come where they belong.
async function takeUp() {
  if (!receiptWords.value) return open();
  const answer = await call("/chat/receipt", { words: receiptWords.value, again: true }).catch(() => ({ status: 0 }));
  if (answer.status !== 200) throw new Told(state.dataset.visitLost);
  listen();
}

// What was not sent stays in the conversation, with a button that sends it once more.
function markUnsent(message, sendAgain) {
  const note = document.createElement("span");
  note.className = "unsent";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = state.dataset.again;
  button.addEventListener("click", () => { button.disabled = true; sendAgain(); focusOn(); });
  note.append(state.dataset.unsent + " ", button);
  message.note = note;
  message.said.append(note);
  lookAt(message.said);
}

function markSending(message) {
  message.note.remove();
  log.append(message.said); // its answer comes below it
  lookAt(message.said);
}

// A button may go away. On a phone, focus in the text field would open the keyboard over the answer.
function focusOn() {
  (matchMedia("(pointer: fine)").matches ? text : log).focus({ preventScroll: true });
}

async function open() {
  const answer = await call("/chat/open", {});
  if (answer.status !== 200) throw new Told(answer.body.error || state.dataset.lost);
  showAll(answer.body);
  listen();
}

function listen() {
  if (stream) stream.close();
  const own = new EventSource("/chat/events");
  stream = own;
  stream.addEventListener("notice", (event) => {
    const news = JSON.parse(event.data);
    if (!document.getElementById("notice-" + news.id)) {
      const card = show(news.card);
      card.id = "notice-" + news.id;
      card.classList.add("notice");
      lookAt(card);
    }
    call("/chat/seen", { ids: [news.id] }).catch(() => {});
  });
  stream.addEventListener("open", () => {
    if (state.textContent === state.dataset.lost) state.textContent = "";
  });
  stream.addEventListener("error", () => {
    state.textContent = state.dataset.lost;
    // After an answer that is no stream, such as a proxy's error page, browsers do not try again by themselves.
    if (own.readyState === EventSource.CLOSED) setTimeout(() => own === stream && listen(), 5000);
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return;
  text.value = "";
  fit();
  inTurn(() => send({ text: words }, words, null));
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
  if (!button || !button.dataset.press || pressing.has(button)) return;
  const data = { sporskifte: JSON.parse(button.dataset.press) };
  for (const [name, value] of new FormData(event.target)) data[name] = value;
  const question = "pick" in data.sporskifte ? button.closest("article") : null;
  pressing.add(button); // a double click is one tap
  if (question) retire(question);
  inTurn(async () => {
    await send(data, button.textContent.trim(), question);
    pressing.delete(button);
  });
  focusOn();
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
    unsent.clear();
    showAll(answer.body);
    listen();
    text.focus();
  } catch {
    error.textContent = state.dataset.notSent;
  }
});

document.getElementById("leave").addEventListener("click", () =>
  inTurn(async () => {
    const answer = await call("/chat/leave", {}).catch(() => ({ status: 0 }));
    if (answer.status === 204) return location.reload();
    document.getElementById("receipt-error").textContent = state.dataset.lost; // not forgotten: do not look as if
  }),
);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !receipt.open) return;
  receipt.open = false;
  receipt.querySelector("summary").focus();
});

document.addEventListener("click", (event) => {
  if (!receipt.contains(event.target)) receipt.open = false;
});

// Whoever comes through a link of Teams or Slack brings a secret. It is taken out of the address at once.
function broughtSecret() {
  const secret = new URLSearchParams(location.hash.slice(1)).get("privat");
  if (secret) history.replaceState(null, "", location.pathname + location.search);
  return secret;
}

let brought = broughtSecret();

function comeOver() {
  if (!brought) return Promise.resolve();
  const secret = brought;
  brought = null;
  return send({ sporskifte: { do: "private.arrive", args: { secret } } }, state.dataset.comeOver, null);
}

addEventListener("hashchange", () => {
  brought = broughtSecret() || brought;
  inTurn(comeOver);
});

function begin() {
  inTurn(() =>
    open().then(
      () => {
        state.textContent = "";
        return comeOver();
      },
      (error) => {
        state.textContent = told(error, state.dataset.lost);
        setTimeout(begin, 2000);
      },
    ),
  );
}
begin();

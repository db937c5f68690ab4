// The desk: when there is news, the page is fetched again and only its changing parts are exchanged.
"use strict";

const fresh = document.getElementById("fresh");
const answer = document.getElementById("answer");
const draft = answer && answer.elements.text;

const isWriting = () => [...document.querySelectorAll("textarea")].some((area) => area.value !== area.defaultValue);

// Takes over one part of a newer page. True if it was another.
function exchange(id, page) {
  const old = document.getElementById(id);
  const now = page.getElementById(id);
  if (!now || now.innerHTML === old.innerHTML) return false;
  old.replaceWith(now);
  return true;
}

async function refresh() {
  const fetched = await fetch(location.href).catch(() => null);
  if (!fetched) return setTimeout(refresh, 2000); // no network: the news must not be lost
  if (!fetched.ok || fetched.redirected) {
    if (!isWriting()) location.reload(); // signed out, or the case is gone
    return;
  }
  const page = new DOMParser().parseFromString(await fetched.text(), "text/html");
  exchange("unseen", page);
  markSeen();
  if (!exchange("live", page)) return; // what is being written stands outside it
  fresh.textContent = "";
  requestAnimationFrame(() => { fresh.textContent = fresh.dataset.text; });
}

// The news of a case are seen once its page is: not when a browser fetches it in advance, or in a tab behind others.
async function markSeen() {
  const form = document.querySelector("#unseen form");
  if (!form || document.visibilityState !== "visible") return;
  form.hidden = true; // its button is for browsers without script
  const body = new URLSearchParams(new FormData(form));
  const told = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  form.hidden = Boolean(told) && told.type === "opaqueredirect"; // else it can still be done by hand
}
document.addEventListener("visibilitychange", markSeen);
markSeen();

// A draft is kept in this tab until the server says that it was sent, whatever happens to the page or to the visit.
const kept = "draft:" + location.pathname;

function keepDraft() {
  const { text, once } = answer.elements;
  if (text.value) sessionStorage.setItem(kept, JSON.stringify({ text: text.value, once: once.value }));
  else sessionStorage.removeItem(kept);
}

function takeUpDraft() {
  const here = new URL(location.href);
  const old = JSON.parse(sessionStorage.getItem(kept) || "{}");
  if (here.searchParams.has("sent")) {
    if (here.searchParams.get("sent") === old.once) sessionStorage.removeItem(kept);
    here.searchParams.delete("sent");
    history.replaceState(null, "", here);
  } else if (old.text && !draft.value) {
    draft.value = old.text;
    answer.elements.once.value = old.once; // if it did arrive, it is not sent a second time
  }
}

if (answer) {
  takeUpDraft();
  answer.addEventListener("input", keepDraft);
  answer.addEventListener("submit", keepDraft);
}
const signOut = document.querySelector("form[action='/advisor/sign-out']");
if (signOut) signOut.addEventListener("submit", () => sessionStorage.clear());

function listen() {
  const stream = new EventSource("/advisor/events");
  stream.addEventListener("news", refresh);
  stream.addEventListener("open", refresh); // news may have come while nobody listened
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => { refresh(); listen(); }, 5000);
  });
}
listen();

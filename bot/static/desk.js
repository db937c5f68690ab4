// The desk: when there is news, the page is fetched again and only its changing parts are exchanged.
"use strict";

const fresh = document.getElementById("fresh");
const draft = document.querySelector("textarea");

// Takes over one part of a newer page. True if it was another.
function exchange(id, page) {
  const old = document.getElementById(id);
  const now = page.getElementById(id);
  if (!now || now.innerHTML === old.innerHTML) return false;
  old.replaceWith(now);
  return true;
}

async function refresh() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer) return setTimeout(refresh, 2000); // no network: the news must not be lost
  if (!answer.ok || answer.redirected) {
    if (!draft || !draft.value) location.reload(); // signed out, or the case is gone
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
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
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" }).catch(() => null);
  form.hidden = Boolean(answer) && answer.type === "opaqueredirect"; // else it can still be done by hand
}
document.addEventListener("visibilitychange", markSeen);
markSeen();

function listen() {
  const stream = new EventSource("/advisor/events");
  stream.addEventListener("news", refresh);
  stream.addEventListener("open", refresh); // news may have come while nobody listened
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => { refresh(); listen(); }, 5000);
  });
}
listen();

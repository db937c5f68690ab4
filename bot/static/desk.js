// The desk: when there is news, the page is fetched again and only its changing part is exchanged.
"use strict";

const fresh = document.getElementById("fresh");
const draft = document.querySelector("textarea");

async function refresh() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer) return setTimeout(refresh, 2000); // no network: the news must not be lost
  if (!answer.ok || answer.redirected) {
    if (!draft || !draft.value) location.reload(); // signed out, or the case is gone
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const old = document.getElementById("live");
  const live = page.getElementById("live");
  if (!live || live.innerHTML === old.innerHTML) return;
  old.replaceWith(live); // what is being written stands outside it
  fresh.textContent = "";
  requestAnimationFrame(() => { fresh.textContent = fresh.dataset.text; });
}

function listen() {
  const stream = new EventSource("/advisor/events");
  stream.addEventListener("news", refresh);
  stream.addEventListener("open", refresh); // news may have come while nobody listened
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => { refresh(); listen(); }, 5000);
  });
}
listen();

// The desk: when there is news, the page is fetched again and only its changing part is exchanged.
"use strict";

const fresh = document.getElementById("fresh");
const stream = new EventSource("/advisor/events");

stream.addEventListener("news", async () => {
  const answer = await fetch(location.href);
  if (!answer.ok || answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const live = page.getElementById("live");
  if (live) document.getElementById("live").replaceWith(live); // what is being written stands outside it
  fresh.textContent = "";
  requestAnimationFrame(() => { fresh.textContent = fresh.dataset.text; });
});

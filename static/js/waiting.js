// Asks where the payment stands, less and less often, and opens its page when that has changed.
// Without script, a <noscript> refresh and the visible link do the same.
"use strict";
const waiting = document.getElementById("waiting");
const FIRST = 1000;
const LONGEST = 15000;
const GIVE_UP_AFTER = 30 * 60 * 1000;
const since = Date.now();

async function ask() {
  const answer = await fetch(waiting.dataset.status, {
    headers: { Accept: "application/json" },
    cache: "no-store",
    redirect: "error",
  });
  if (!answer.ok) {
    throw new Error(String(answer.status));
  }
  return answer.json();
}

async function watch(delay) {
  try {
    const state = await ask();
    if (state.final || state.label !== waiting.dataset.label) {
      waiting.querySelector(".waiting-label").textContent = state.label;
      window.location.replace(state.url);
      return;
    }
  } catch {
    // Network or session gone for now: the next question, or the link, will tell.
  }
  if (Date.now() - since < GIVE_UP_AFTER) {
    window.setTimeout(watch, delay, Math.min(delay * 1.4, LONGEST));
  }
}

window.setTimeout(watch, FIRST, FIRST * 1.4);

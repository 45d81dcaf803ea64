// Timed return to the shop (vads_redirect_*_timeout). The link or button works without this.
// A countdown must be stoppable (WCAG 2.2.1), hence the "stay on this page" button.
const way = document.querySelector("[data-return]");
const countdown = document.querySelector("[data-countdown]");
const seconds = Number(way?.dataset.return);
if (seconds > 0 && countdown) {
  const leave = () => (way instanceof HTMLFormElement ? way.submit() : way.click());
  const timer = setTimeout(leave, seconds * 1000);
  countdown.hidden = false;
  countdown.querySelector("[data-stay]").addEventListener("click", () => {
    clearTimeout(timer);
    countdown.hidden = true;
  });
}

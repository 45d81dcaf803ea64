// Leaves for the payment page by itself; the button does the same without script.
"use strict";
const form = document.getElementById("depart");
window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    // Back button: this form was used, and the platform refuses it a second time.
    window.location.replace(form.dataset.detail);
  } else {
    form.submit();
  }
});

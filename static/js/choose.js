// Typing a sum ticks “another sum”, which is what was meant. The server asks when in doubt.
"use strict";
for (const share of document.querySelectorAll(".share")) {
  share.querySelector("input[type=text]").addEventListener("input", (event) => {
    if (event.target.value) {
      share.querySelector("input[value=partie]").checked = true;
    }
  });
}

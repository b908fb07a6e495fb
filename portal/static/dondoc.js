"use strict";
// Every request of htmx carries the form token of the page it comes from.
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="form-token"]');
  if (token) event.detail.headers["X-Form-Token"] = token.content;
});
// An answer that says why something was refused is shown like any other.
document.addEventListener("htmx:beforeSwap", (event) => {
  const status = event.detail.xhr.status;
  if (status >= 400 && status < 500) event.detail.shouldSwap = true;
});
// A receipt is printed by a button where there are scripts; else by the browser's own menu.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

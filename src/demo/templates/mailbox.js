// The mailbox: the list follows what arrives, one mail is open.

import { $, ask, el, inWords, keepDoing } from "/assets/shared.js";

let mails = [];
let open = Number(location.hash.slice(1)) || null;
let kind = "html";
let drawn = "";

function show() {
  const mail = mails.find((one) => one.number === open);
  $("mail").hidden = !mail;
  if (!mail) return;
  for (const name of ["subject", "from", "to"]) $(name).textContent = mail[name];
  $("date").textContent = when(mail);
  const shown = mail.has_html ? kind : "text";
  for (const button of document.querySelectorAll("[data-kind]")) {
    button.setAttribute("aria-pressed", button.dataset.kind === shown);
    button.disabled = button.dataset.kind === "html" && !mail.has_html;
  }
  $("html").hidden = shown !== "html";
  $("text").hidden = shown !== "text";
  const address = `/mailbox/${mail.number}`;
  if ($("html").getAttribute("src") !== address) $("html").src = address;
  $("text").replaceChildren(...linked(mail.text));
}

const when = (mail) => (Number.isNaN(Date.parse(mail.date)) ? mail.date || "" : inWords(mail.date));

/** The text with its links alive. */
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]'])/).map((part, index) =>
    index % 2 ? el("a", { href: part, target: "_blank", rel: "noopener" }, part) : part);
}

function list() {
  $("count").textContent = mails.length;
  $("none").hidden = mails.length > 0;
  const now = JSON.stringify([mails.map((mail) => mail.number), open]);
  if (now === drawn) return;
  drawn = now;
  const focused = document.activeElement?.dataset?.number;
  $("mails").replaceChildren(...mails.map((mail) => el("li", {},
    el("a", { href: `#${mail.number}`, "data-number": String(mail.number), "aria-current": mail.number === open ? "true" : null },
      el("b", {}, mail.subject || "(no subject)"), el("span", {}, `To ${mail.to}`), el("small", {}, when(mail))))));
  if (focused) $("mails").querySelector(`[data-number="${focused}"]`)?.focus();
}

addEventListener("hashchange", () => {
  open = Number(location.hash.slice(1)) || null;
  list();
  show();
  $("subject").focus();
});

document.querySelector(".kinds").addEventListener("click", (event) => {
  const button = event.target.closest("[data-kind]");
  if (!button) return;
  kind = button.dataset.kind;
  show();
});

keepDoing(async () => {
  const before = mails.length;
  ({ mails } = await ask("/api/mails"));
  // The newest is open until another is chosen.
  if (open === null && mails.length) open = mails[0].number;
  list();
  if (mails.length !== before) show();
}, 1500);

// The "Discord" side: being somebody, reading the channel, using commands, buttons, select menus and forms.
//
// Messages and forms come as HTML from the stand-in, which escapes every text; everything else is built as text here.

import { $, ask, el, inWords, keepDoing, notice } from "/assets/shared.js";
import { suggesting } from "/assets/suggest.js";

const people = [...document.querySelectorAll("[data-who]")];
const steps = [...$("steps").children];
let who = people.find((person) => person.dataset.who === new URLSearchParams(location.search).get("as"))?.dataset.who
  ?? people[0].dataset.who;
let commands = [];
let picked = null;
/** What the guide suggests for the next form, by the ids of its inputs. */
let wanted = null;

const nameOf = (key) => people.find((person) => person.dataset.who === key).dataset.name;

/** Does what was asked for once; says so when it fails. Answers whether it went well. */
async function attempt(what) {
  notice("");
  try {
    await what();
    return true;
  } catch (error) {
    notice(error.message);
    return false;
  }
}

// --- Who ----------------------------------------------------------------------------------------------------------

async function be(key) {
  who = key;
  for (const person of people) person.setAttribute("aria-pressed", person.dataset.who === key);
  $("as").textContent = `as ${nameOf(key)}`;
  history.replaceState(null, "", `?as=${key}`);
  rows.clear();
  $("messages").replaceChildren();
  putAway();
  commands = [];
  await attempt(async () => {
    await Promise.all([loadCommands(), refresh()]);
    toTheEnd();
  });
}

async function loadCommands() {
  const key = who;
  const answer = await ask(`/api/commands?who=${key}`);
  if (key === who) commands = answer.commands;
}

$("people").addEventListener("click", (event) => {
  const person = event.target.closest("[data-who]");
  if (person && person.dataset.who !== who) be(person.dataset.who);
});

// --- The channel --------------------------------------------------------------------------------------------------

const rows = new Map();
let asked = 0;
let shown = 0;

async function refresh() {
  const key = who;
  const turn = ++asked;
  const screen = await ask(`/api/screen?who=${key}`);
  // Answers can overtake one another, and the visitor can have become somebody else.
  if (key !== who || turn < shown) return;
  shown = turn;
  showMessages(screen.messages);
  showSteps(screen.done);
  $("mails").textContent = screen.mails;
  $("now").dateTime = screen.now;
  $("now").textContent = inWords(screen.now);
}

const hidden = () => JSON.parse(sessionStorage.getItem("dismissed") ?? "[]");

function showMessages(messages) {
  const scroll = $("scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
  const before = rows.size;
  const dismissed = hidden();
  const wanted = messages.filter((message) => !dismissed.includes(message.id));
  const ids = new Set(wanted.map((message) => message.id));
  for (const [id, row] of rows) {
    if (ids.has(id)) continue;
    row.item.remove();
    rows.delete(id);
  }
  for (const message of wanted) {
    let row = rows.get(message.id);
    if (!row) {
      row = { item: el("li"), html: "" };
      rows.set(message.id, row);
      $("messages").append(row.item);
    }
    draw(row, message);
  }
  if (rows.size > before || atEnd) toTheEnd();
}

const toTheEnd = () => { $("scroll").scrollTop = $("scroll").scrollHeight; };

function draw(row, message) {
  if (row.html === message.html) return;
  const focused = row.item.contains(document.activeElement) ? document.activeElement : null;
  // A menu somebody is choosing from is not replaced under their hands.
  if (focused?.tagName === "SELECT" && row.html) return;
  row.html = message.html;
  const content = document.createElement("template");
  content.innerHTML = message.html;
  for (const link of content.content.querySelectorAll("a[href]")) {
    link.target = "_blank";
    link.rel = "noopener";
  }
  const article = content.content.firstElementChild;
  if (message.used) {
    article.prepend(el("p", { class: "used" }, el("b", {}, message.used.name), " used ", el("span", {}, message.used.command)));
  }
  if (message.ephemeral) {
    const dismiss = el("button", { type: "button", class: "dismiss", "data-dismiss": message.id }, "Dismiss message");
    article.querySelector(".d-only-you").append(" · ", dismiss);
  }
  row.item.replaceChildren(article);
  if (focused) {
    const again = [...row.item.querySelectorAll("[data-custom-id]")];
    const same = again.find((one) => one.dataset.customId === focused.dataset.customId && !one.disabled);
    (same ?? again.find((one) => !one.disabled) ?? $("box")).focus();
  }
}

/** Uses a button or menu of a message. */
async function use(path, source, more) {
  const message = source.closest("[data-message-id]").dataset.messageId;
  const row = rows.get(message);
  source.setAttribute("aria-busy", "true");
  await attempt(async () => {
    const body = { who, message, custom_id: source.dataset.customId, ...more };
    const reply = await ask(path, body);
    if (source.tagName === "SELECT") row.html = "";
    openForm(reply);
    await refresh();
  });
  source.removeAttribute("aria-busy");
}

$("messages").addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) {
    sessionStorage.setItem("dismissed", JSON.stringify([...hidden(), dismiss.dataset.dismiss]));
    rows.get(dismiss.dataset.dismiss)?.item.remove();
    rows.delete(dismiss.dataset.dismiss);
    $("box").focus();
  }
  const button = event.target.closest("button[data-custom-id]");
  if (button && !button.hasAttribute("aria-busy")) use("/api/click", button, {});
});

$("messages").addEventListener("change", (event) => {
  const menu = event.target.closest("select[data-custom-id]");
  if (!menu) return;
  if (menu.multiple) menu.dataset.changed = "yes";
  else use("/api/select", menu, { values: [menu.value] });
});

$("messages").addEventListener("focusout", (event) => {
  const menu = event.target.closest("select[multiple]");
  if (!menu?.dataset.changed) return;
  delete menu.dataset.changed;
  use("/api/select", menu, { values: [...menu.selectedOptions].map((option) => option.value) });
});

// --- Forms --------------------------------------------------------------------------------------------------------

const dialog = $("dialog");

/** Opens the form of a reply, if it is one. */
function openForm(reply) {
  if (!reply.form) return;
  $("form").innerHTML = reply.html;
  $("refused").textContent = "";
  const form = $("form").firstElementChild;
  form.dataset.form = reply.form;
  form.dataset.who = who;
  dialog.setAttribute("aria-label", form.querySelector("h2").textContent);
  for (const [name, value] of Object.entries(wanted ?? {})) {
    const input = form.elements[name];
    if (input && !input.value) input.value = value;
  }
  wanted = null;
  dialog.showModal();
  form.querySelector("input, textarea")?.focus();
}

dialog.addEventListener("click", (event) => {
  if (event.target.closest("[data-cancel]")) dialog.close();
});

dialog.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const send = form.querySelector("[type=submit]");
  $("refused").textContent = "";
  send.disabled = true;
  try {
    const values = [...form.querySelectorAll("input, textarea")].map((input) => [input.name, input.value]);
    const reply = await ask("/api/submit", { who: form.dataset.who, form: form.dataset.form, values });
    dialog.close();
    openForm(reply);
    await attempt(refresh);
    focusOn(reply);
  } catch (error) {
    $("refused").textContent = error.message;
  }
  send.disabled = false;
});

/** Leads the keyboard to the message that answers. */
function focusOn(reply) {
  if (!reply.message || dialog.open) return;
  const find = (what) => rows.get(reply.message)?.item.querySelector(what);
  const first = find(".d-row .d-primary:enabled") ?? find(".d-row button:enabled, .d-row a, .d-row select:enabled");
  (first ?? $("box")).focus({ preventScroll: true });
}

// --- Commands -----------------------------------------------------------------------------------------------------

const box = $("box");

suggesting(box, (text) => {
  if (!text.startsWith("/")) return [];
  const typed = text.slice(1).trim().toLowerCase();
  return commands.filter((command) => command.name.includes(typed))
    .map((command) => ({ label: `/${command.name}`, detail: command.description, value: command }));
}, (one) => pick(one.value));

/** Puts a command away, and its fields. */
function putAway() {
  picked = null;
  $("picked").hidden = true;
  $("boxed").hidden = false;
  $("fields").replaceChildren();
  box.value = "";
}

/** Takes a command: its options become fields. `form` is what to suggest in the form that it opens. */
function pick(command, values = {}, form = null) {
  picked = command;
  wanted = form;
  $("boxed").hidden = true;
  $("picked").hidden = false;
  $("picked-name").textContent = `/${command.name}`;
  $("picked-about").textContent = command.description;
  $("fields").replaceChildren(...command.options.map((option) => {
    const label = el("label", {}, el("span", {}, option.name, option.required ? el("i", { title: "required" }, " *") : ""));
    const combo = el("div", { class: "combo" });
    const input = control(option);
    input.id = `option-${option.name}`;
    input.name = option.name;
    input.required = option.required;
    input.title = option.description;
    combo.append(input);
    label.append(combo, el("small", {}, option.description));
    if (option.name in values) input.value = values[option.name];
    if (option.autocomplete) completing(input, option);
    return label;
  }));
  toTheEnd();
  const fields = [...$("fields").querySelectorAll("input, select")];
  (fields.find((field) => field.required && !field.value) ?? $("run")).focus();
}

function control(option) {
  const choices = option.kind === "boolean" ? [["True", "true"], ["False", "false"]]
    : option.kind === "person" ? people.map((person) => [person.dataset.name, person.dataset.who])
    : option.choices.map((choice) => [choice.name, choice.value]);
  if (choices.length) {
    return el("select", {}, el("option", { value: "" }, ""), ...choices.map(([name, value]) => el("option", { value }, name)));
  }
  if (option.kind === "number") {
    return el("input", { type: "number", step: "any", min: option.min, max: option.max });
  }
  return el("input", { type: "text", maxlength: option.max_length && String(option.max_length) });
}

/** The bot suggests what goes into this option. */
function completing(input, option) {
  suggesting(input, async (typed) => {
    const values = filled().filter(([name]) => name !== option.name);
    const body = { who, command: picked.name, option: option.name, typed: chosen(input) ? "" : typed, values };
    const { choices } = await ask("/api/complete", body);
    return choices.map((choice) => ({ label: choice.name, value: choice.value }));
  }, (one) => {
    input.value = one.label;
    input.dataset.label = one.label;
    input.dataset.value = one.value;
  }, 80);
}

/** Whether the text is a suggestion that was taken: the bot then gets what it stands for. */
const chosen = (input) => Boolean(input.value) && input.dataset.label === input.value;

function filled() {
  return [...$("fields").querySelectorAll("input, select")].filter((field) => field.value)
    .map((field) => [field.name, chosen(field) ? field.dataset.value : field.value]);
}

$("unpick").addEventListener("click", () => {
  putAway();
  box.focus();
});

$("composer").addEventListener("keydown", (event) => {
  if (event.key === "Escape" && picked) {
    putAway();
    box.focus();
  }
});

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (picked) run({ command: picked.name, values: filled() });
  else if (text.startsWith("/")) run({ text });
  else if (text) notice("Muster does not read messages, only commands: type / to see them.");
});

async function run(command) {
  if ($("composer").hasAttribute("aria-busy")) return;
  $("composer").setAttribute("aria-busy", "true");
  const key = who;
  let reply;
  const went = await attempt(async () => {
    reply = await ask("/api/run", { who: key, ...command });
    if (key !== who) return;
    putAway();
    openForm(reply);
    await refresh();
  });
  $("composer").removeAttribute("aria-busy");
  if (went && key === who) focusOn(reply);
}

// --- The guide and the clock --------------------------------------------------------------------------------------

let current = -2;

function showSteps(done) {
  done.forEach((is, index) => {
    steps[index].classList.toggle("done", is);
    steps[index].querySelector(".state").textContent = is ? " (done)" : "";
    steps[index].querySelector(".tick").textContent = is ? "✓" : index + 1;
  });
  $("progress").textContent = `${done.filter(Boolean).length} of ${done.length}`;
  const next = done.indexOf(false);
  $("finished").hidden = next >= 0;
  if (next === current) return;
  current = next;
  steps.forEach((step, index) => { step.firstElementChild.open = index === next; });
}

$("steps").addEventListener("click", async (event) => {
  const button = event.target.closest("[data-action]");
  if (!button) return;
  const action = JSON.parse(button.dataset.action);
  if (action.advance) return advance(action.advance);
  if (action.who !== who) await be(action.who);
  const command = commands.find((one) => one.name === action.command);
  if (!command) return notice(`${nameOf(who)} does not see /${action.command} here.`);
  if (small.matches) $("guide").open = false;
  return pick(command, action.values, action.form);
});

async function advance(step) {
  await attempt(async () => {
    await ask("/api/advance", { step });
    await refresh();
  });
}

document.querySelector(".jumps").addEventListener("click", (event) => {
  const button = event.target.closest("[data-advance]");
  if (button) advance(button.dataset.advance);
});

// Where there is no room beside the channel, the guide is a drawer above it.
const small = matchMedia("(max-width: 999px)");
const fit = () => { $("guide").open = !small.matches; };
small.addEventListener("change", fit);
fit();

await be(who);
keepDoing(refresh, 1000);

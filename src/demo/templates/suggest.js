// An input that suggests, as a combobox: for the command picker and for options that the bot completes.

import { el, notice } from "/assets/shared.js";

/**
 * Makes an input suggest: `find(text)` answers `[{ label, detail, value }]`, `choose(one)` takes one.
 * Arrows move, Enter and Tab take, Escape closes. A pause lets people type on before the bot is asked.
 */
export function suggesting(input, find, choose, pause = 0) {
  const list = el("ul", { role: "listbox", class: "suggestions", id: `${input.id}-list`, hidden: true });
  input.parentElement.append(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off",
  })) input.setAttribute(name, value);
  let found = [];
  let at = 0;
  let turn = 0;

  function close() {
    turn += 1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function mark() {
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", index === at));
    input.setAttribute("aria-activedescendant", `${list.id}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  }
  async function look() {
    const now = ++turn;
    let answer;
    try {
      answer = await find(input.value);
    } catch (error) {
      notice(error.message);
      return close();
    }
    if (now !== turn || document.activeElement !== input) return undefined;
    found = answer;
    if (!found.length) return close();
    at = 0;
    list.replaceChildren(...found.map((one, index) => el("li", { role: "option", id: `${list.id}-${index}` },
      el("b", {}, one.label), one.detail ? el("span", {}, one.detail) : "")));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    return mark();
  }
  function take(index) {
    const one = found[index];
    close();
    choose(one);
  }
  let timer;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (pause) timer = setTimeout(look, pause);
    else look();
  });
  input.addEventListener("focus", look);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") look();
      return;
    }
    if (event.key === "ArrowDown") at = (at + 1) % found.length;
    else if (event.key === "ArrowUp") at = (at + found.length - 1) % found.length;
    else if (event.key === "Enter" || (event.key === "Tab" && !event.shiftKey)) {
      event.preventDefault();
      return take(at);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      return close();
    } else return;
    event.preventDefault();
    mark();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const index = [...list.children].indexOf(event.target.closest("li"));
    if (index >= 0) take(index);
  });
}

// What both pages of the demonstration need: asking the console, saying what went wrong, and building elements.

export const $ = (id) => document.getElementById(id);

/** An element with properties and children; strings become text. */
export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name in made && typeof value !== "string") made[name] = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** Asks the console; a body makes it a change. Throws an error whose message people can read. */
export async function ask(path, body) {
  let response;
  try {
    response = await fetch(path, body === undefined ? {} : {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The demonstration does not answer. Is it still running in the terminal?");
  }
  const text = await response.text();
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    answer = { error: text };
  }
  if (!response.ok) throw new Error(answer.error || `The demonstration answered ${response.status}.`);
  return answer;
}

/** Shows a sentence until something else is done; nothing hides it. */
export function notice(words) {
  $("notice").hidden = !words;
  $("notice-words").textContent = words || "";
}
$("notice-close").addEventListener("click", () => notice(""));

/** Does something now and after every pause, while the page is looked at. Trouble shows, and goes when it is over. */
export async function keepDoing(what, pause) {
  let trouble = "";
  for (;;) {
    if (!document.hidden) {
      try {
        await what();
        if (trouble && $("notice-words").textContent === trouble) notice("");
        trouble = "";
      } catch (error) {
        if (!trouble) notice(error.message);
        trouble = error.message;
      }
    }
    await new Promise((wake) => setTimeout(wake, pause));
  }
}

const CLOCK = new Intl.DateTimeFormat("en-GB", {
  weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "UTC",
});

/** A time in words, as everything in the demonstration tells it. */
export const inWords = (time) => `${CLOCK.format(new Date(time))} UTC`;

/** Elements. A text becomes a text node and never HTML: what devices and people say cannot run here. */

/** An element: `el("a", {href: "#/", class: "name"}, "text", child)`. An attribute that is a function listens to the event of its name. */
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(name, value);
    } else if (value === true) {
      made.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value);
    }
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Sets the text of an element only if it is another one. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A definition list of names and values, whose values can be set: `list.set("round trip", "12 ms")`. */
export function facts(...names) {
  const values = new Map(names.map((name) => [name, el("dd", {}, "–")]));
  const list = el("dl", { class: "facts" }, ...names.map((name) => el("div", {}, el("dt", {}, name), values.get(name))));
  return { list, set: (name, text) => setText(values.get(name), text) };
}

/** Seconds for people: `0.4 s`, `12 s`, `3 min`, `2 h`. */
export function span(seconds) {
  if (seconds === null || seconds === undefined) {
    return "–";
  }
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  if (seconds < 120) {
    return `${Math.round(seconds)} s`;
  }
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** A moment, in seconds since 1970, as the day and the time of day here. */
export function moment(seconds) {
  return new Date(seconds * 1000).toLocaleString();
}

/** A moment, in seconds since 1970, as the time of day here. */
export function time(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString();
}

/** The page: which view is shown follows from what stands behind the `#`. */

import { el, setText } from "./dom.js";
import { leave } from "./leave.js";
import { Stream } from "./stream.js";
import { DevicesView } from "./devices.js";
import { DeviceView } from "./device.js";
import { LogView } from "./log.js";
import { PairView } from "./pair.js";
import { SayView } from "./say.js";
import { SettingsView } from "./settings.js";
import { TimersView } from "./timers.js";

const VIEWS = {
  "": DevicesView,
  device: DeviceView,
  say: SayView,
  timers: TimersView,
  pair: PairView,
  settings: SettingsView,
  log: LogView,
};

const stream = new Stream();
const main = document.querySelector("main");
const state = document.querySelector("#connection");
let view = null;

/** What stands in a URL as text; as it is if it is no such text. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function show() {
  const [, name = "", device = ""] = location.hash.split("/").map(decoded);
  const View = VIEWS[name] ?? DevicesView;
  view?.close?.();
  view = new View(stream, device);
  document.title = `${view.title} · TARS`;
  const heading = el("h1", { tabindex: "-1" }, view.title);
  main.replaceChildren(heading, view.element);
  for (const link of document.querySelectorAll("nav a")) {
    if (link.getAttribute("href") === `#/${name}`) {
      link.setAttribute("aria-current", "page");
    } else {
      link.removeAttribute("aria-current");
    }
  }
  stream.lookAt(view instanceof DeviceView ? view.device : "");
  heading.focus({ preventScroll: true });
}

stream.addEventListener("news", (event) => view?.news?.(event.detail));
stream.addEventListener("open", () => {
  setText(state, "live");
  view?.opened?.(); // what happened meanwhile was not told
});
stream.addEventListener("lost", ({ detail: why }) => setText(state, why || "the server does not answer"));
addEventListener("hashchange", show);
document.querySelector("#leave").addEventListener("click", leave);
show();

/** Traces: the moments of one pair of nodes, and the way from finding to finding. */

import { Player, el, isBad, json } from "./player.js";

const part = (id) => document.getElementById(id);

let pairs = [];
let bad = [];

const player = await Player.make(part("player"), moved);
part("pair").onchange = (event) => show(pairs[event.target.selectedIndex], 0);
part("next").onclick = () => finding(1);
part("previous").onclick = () => finding(-1);
document.addEventListener("keydown", (event) => {
  const onward = { n: 1, p: -1 }[event.key];
  if (onward && !event.target.closest("input, select, textarea") && !event.ctrlKey && !event.altKey && !event.metaKey) {
    finding(onward);
  }
});

const answer = await json("/api/traces");
if (answer.problem || !answer.pairs.length) {
  part("problem").textContent = answer.problem ?? "no trace was given: start with --trace";
  part("problem").hidden = false;
} else {
  pairs = answer.pairs;
  part("pair").replaceChildren(...pairs.map((one) => el("option", { textContent: one.pair })));
  const said = new URLSearchParams(location.hash.slice(1));
  const chosen = pairs.find((one) => one.pair === said.get("pair")) ?? pairs[0];
  part("pair").selectedIndex = pairs.indexOf(chosen);
  show(chosen, /^\d+$/.test(said.get("at") ?? "") ? Number(said.get("at")) : 0);
}

function show(pair, at) {
  bad = pair.moments.flatMap((moment, number) => (isBad(moment) ? [number] : []));
  const findings = pair.findings === 1 ? "1 finding" : `${pair.findings} findings`;
  part("summary").replaceChildren(
    ...[...pair.summary, findings].map((text) => el("li", { textContent: text })),
    ...pair.others.map((text) => el("li", { className: "problem", textContent: text })),
  );
  part("next").disabled = part("previous").disabled = !bad.length;
  player.load(pair.moments, at);
}

function moved(at) {
  const number = bad.indexOf(at) + 1;
  part("found").textContent = number ? `finding ${number} of ${bad.length}` : "";
  history.replaceState(null, "", `#pair=${encodeURIComponent(part("pair").value)}&at=${at}`);
}

function finding(onward) {
  const next = onward > 0 ? bad.find((at) => at > player.at) : bad.findLast((at) => at < player.at);
  if (next !== undefined) {
    player.go(next);
  }
}

/** Signs in with the secret behind the `#` of the link, or with the password. */

const problem = document.querySelector("#problem");
// The view that was wanted, if a link to one has led here.
let view = "";

async function signIn(secret) {
  problem.textContent = "";
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ secret }) };
  const response = await fetch("/login", options).catch(() => null);
  if (response === null) {
    problem.textContent = "The server does not answer.";
    return;
  }
  if (response.ok) {
    location.replace(`/${view}`);
    return;
  }
  const { error } = await response.json().catch(() => ({}));
  problem.textContent = error ?? `The server answers ${response.status}.`;
}

document.querySelector("form").addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(document.querySelector("#secret").value);
});

async function begin() {
  const behind = location.hash.slice(1);
  history.replaceState(null, "", location.pathname); // so that the secret stays in no history
  if (behind.startsWith("/")) {
    view = `#${behind}`; // no secret begins so
  } else if (behind) {
    await signIn(behind);
    return;
  }
  if ((await fetch("/", { redirect: "manual" })).ok) {
    location.replace(`/${view}`); // another site has led here, and the browser kept the cookie back
  }
}

addEventListener("hashchange", begin); // the link was opened where this page was shown already
begin();

// What a tab is called: a browser keeps its name, and a second tab gets a number. So each open tab is a device of its own.

const KEY = "tars-browser";
const MOST_TABS = 99;

// The name, which no other tab of this browser has as long as this page lives. A page that is loaded again gets its name back.
export async function ownName() {
  const base = baseName();
  for (let tab = 1; tab <= MOST_TABS; tab += 1) {
    const name = tab === 1 ? base : `${base}-${tab}`;
    if (await taken(name)) return name;
  }
  throw new Error(`${MOST_TABS} tabs of this browser are open here; close one`);
}

function baseName() {
  let name = localStorage.getItem(KEY);
  if (!/^browser-[0-9a-f]{8}$/.test(name)) {
    const bytes = crypto.getRandomValues(new Uint8Array(4));
    name = `browser-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
    localStorage.setItem(KEY, name);
  }
  return name;
}

// Whether the lock of that name was free. The browser gives it back when the page ends.
function taken(name) {
  return new Promise((resolve, reject) => {
    const held = (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => {});
    };
    navigator.locks.request(`tars ${name}`, { ifAvailable: true }, held).catch(reject);
  });
}

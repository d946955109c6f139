/** Requests to the server. */

/** The JSON of a GET. Throws Error with what the server says is wrong. */
export async function get(path) {
  return answer(await fetch(`/api${path}`));
}

/** The JSON of a request that changes something. Throws Error with what the server says is wrong. */
export async function send(method, path, body) {
  const options = { method };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  return answer(await fetch(`/api${path}`, options));
}

/** Why the server refuses a stream; "": it does not. A browser keeps that from whoever opens an EventSource. */
export async function whyRefused(path) {
  const asked = new AbortController();
  const response = await fetch(`/api${path}`, { signal: asked.signal });
  if (response.ok) {
    asked.abort();
    return "";
  }
  return answer(response).catch((error) => error.message);
}

async function answer(response) {
  if (response.status === 401) {
    location.assign("/login");
  }
  const data = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Error(data.error ?? `the server answers ${response.status}`);
  }
  return data;
}

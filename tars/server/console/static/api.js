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

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

/**
 * The messages of a stream of Server-Sent Events, until it ends. Throws Error with what the server says if it refuses, and TypeError if it
 * does not answer. An EventSource would keep from the page why it was refused.
 */
export async function* messages(path, signal) {
  const response = await fetch(`/api${path}`, { signal });
  if (!response.ok) {
    await answer(response);
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const whole = (text + read.value).split("\n\n");
    text = whole.pop();
    yield* whole.map((message) => JSON.parse(message.slice("data: ".length)));
  }
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

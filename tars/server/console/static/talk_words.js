// What the page says of the states in which the machines of the device are.

const DOING = {
  IDLE: "Talk",
  LISTENING: "Talk",
  HOTWORD_DETECTED: "Speak …",
  NO_TURN: "A moment …",
  ANNOUNCEMENT: "A moment …",
  USER_TURN: "I hear you",
  THINKING: "I think …",
  SPEAKING: "I speak",
  DRAINING: "I speak",
  PAUSED: "I hear you",
};
const HEARING = ["HOTWORD_DETECTED", "USER_TURN", "PAUSED"];
const SOCKET = {
  DISCONNECTED: "not connected",
  CONNECTING: "connecting",
  CONNECTED: "connected",
  BACKOFF: "not connected, trying again",
};

// The state that says what the device does: of the turn in a conversation, else of the session. `machines` is null before the first press.
export function stateOf(machines) {
  const session = machines?.state("session") ?? "IDLE";
  return session === "ACTIVE_SESSION" ? machines.state("turn") : session;
}

// What stands on the button. `silenced`: the microphone is open, and gives no sound.
export function wordsOf(state, silenced) {
  return silenced && HEARING.includes(state) ? "The microphone is muted" : DOING[state];
}

// How the link is. `refused`: the server has refused the last attempt.
export function linkOf(machines, refused) {
  const link = machines?.state("continuity") ?? "UNLINKED";
  if (link === "LINKED") return "connected";
  if (refused) return "refused, trying again";
  return link === "INTERRUPTED" ? "connection lost, trying again" : SOCKET[machines?.state("connection") ?? "DISCONNECTED"];
}

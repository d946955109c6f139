// Written by `python -m codegen` from machines/connection.yaml; do not edit.
// createMachine(configuration, implementations(xstate)). Yours to provide: abort_socket, flush_and_close, give_up, open_socket.
export const implementations = ({ assign, emit, not, raise }) => ({
  actions: {
    "failures = 0": assign({ failures: ({ context, event }) => 0 }),
    "attempt = 0": assign({ attempt: ({ context, event }) => 0 }),
    "ceiling = 0": assign({ ceiling: ({ context, event }) => 0 }),
    "redialled = false": assign({ redialled: ({ context, event }) => false }),
    "emit hello": emit(({ context, event }) => ({ type: "hello" })),
    "emit link_resumed": emit(({ context, event }) => ({ type: "link_resumed" })),
    "emit link_fresh": emit(({ context, event }) => ({ type: "link_fresh", reason: event.reason, utterance: event.utterance })),
    "failures = failures + 1": assign({ failures: ({ context, event }) => context.failures + 1 }),
    "emit link_closed": emit(({ context, event }) => ({ type: "link_closed" })),
    "ceiling = 4": assign({ ceiling: ({ context, event }) => 4 }),
    "redialled = true": assign({ redialled: ({ context, event }) => true }),
    "emit link_lost": emit(({ context, event }) => ({ type: "link_lost" })),
    "emit goodbye": emit(({ context, event }) => ({ type: "goodbye" })),
    "attempt = min(attempt + 1, ceiling)": assign({ attempt: ({ context, event }) => Math.min(context.attempt + 1, context.ceiling) }),
    "raise greeting_late": raise({ type: "greeting_late" }),
    "raise stable": raise({ type: "stable" }),
    "raise retry": raise({ type: "retry" }),
  },
  guards: {
    "persistent": ({ context, event }) => context.persistent,
    "resumed": ({ context, event }) => event.resumed,
    "hurries": ({ context, event }) => context.ceiling == 0 && context.redialled == false,
    "attempts_left": ({ context, event }) => context.max_attempts == 0 || context.failures < context.max_attempts,
    "not persistent": not("persistent"),
    "not resumed": not("resumed"),
    "not hurries": not("hurries"),
    "not attempts_left": not("attempts_left"),
  },
  delays: {
    "greeting_limit": 5000,
    "stable_after": 10000,
    "backoff[attempt]": ({ context, event }) => [1000, 2000, 4000, 8000, 16000][context.attempt],
  },
});

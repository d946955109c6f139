// Written by `python -m codegen` from machines/continuity.yaml; do not edit.
// createMachine(configuration, implementations(xstate)). Yours to provide: drop_record, new_record, send_unacknowledged_again.
export const implementations = ({ assign, emit, not, raise }) => ({
  actions: {
    "emit fresh": emit(({ context, event }) => ({ type: "fresh", reason: event.reason, utterance: event.utterance })),
    "emit given_up": emit(({ context, event }) => ({ type: "given_up" })),
    "raise grace_over": raise({ type: "grace_over" }),
  },
  delays: {
    "device_grace": 60000,
  },
});

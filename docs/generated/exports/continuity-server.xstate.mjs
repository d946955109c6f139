// Written by `python -m codegen` from machines/continuity.yaml; do not edit.
// createMachine(configuration, implementations(xstate)). Yours to provide: abort_socket, close_older_socket, close_socket, drop_record, flush_and_close, leave_timers, look_for_announcements, new_record, send_unacknowledged_again.
export const implementations = ({ assign, emit, not, raise }) => ({
  actions: {
    "emit fresh": emit(({ context, event }) => ({ type: "fresh" })),
    "emit welcome(resumed=false)": emit(({ context, event }) => ({ type: "welcome", resumed: false })),
    "emit welcome(resumed=true)": emit(({ context, event }) => ({ type: "welcome", resumed: true })),
    "emit given_up": emit(({ context, event }) => ({ type: "given_up" })),
    "emit going_away": emit(({ context, event }) => ({ type: "going_away" })),
    "raise grace_over": raise({ type: "grace_over" }),
  },
  guards: {
    "resumable": ({ context, event }) => event.resume && event.same_epoch && event.same_record,
    "not resumable": not("resumable"),
  },
  delays: {
    "server_grace": 120000,
  },
});

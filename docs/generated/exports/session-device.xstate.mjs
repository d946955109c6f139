// Written by `python -m codegen` from machines/session.yaml; do not edit.
// createMachine(configuration, implementations(xstate)). Yours to provide: begin_utterance, chime, open_uplink, play_alarm, play_error, reopen_uplink, stop_speaker.
export const implementations = ({ assign, emit, not, raise }) => ({
  actions: {
    "emit started": emit(({ context, event }) => ({ type: "started" })),
    "session = payload.session": assign({ session: ({ context, event }) => event.session }),
    "emit hotword_detected": emit(({ context, event }) => ({ type: "hotword_detected" })),
    "emit wanted": emit(({ context, event }) => ({ type: "wanted" })),
    "emit announcement_wanted(turn=1)": emit(({ context, event }) => ({ type: "announcement_wanted", turn: 1 })),
    "emit announcement_began(one_way=true)": emit(({ context, event }) => ({ type: "announcement_began", one_way: true })),
    "emit announcement_began(one_way=false)": emit(({ context, event }) => ({ type: "announcement_began", one_way: false })),
    "emit stopped": emit(({ context, event }) => ({ type: "stopped" })),
    "emit session_began": emit(({ context, event }) => ({ type: "session_began" })),
    "emit unwanted": emit(({ context, event }) => ({ type: "unwanted" })),
    "emit session_end(reason=no_answer)": emit(({ context, event }) => ({ type: "session_end", reason: 'no_answer' })),
    "emit session_end(reason=button)": emit(({ context, event }) => ({ type: "session_end", reason: 'button' })),
    "emit session_end(reason=overflow)": emit(({ context, event }) => ({ type: "session_end", reason: 'overflow' })),
    "emit session_end(reason=stopping)": emit(({ context, event }) => ({ type: "session_end", reason: 'stopping' })),
    "emit session_over": emit(({ context, event }) => ({ type: "session_over" })),
    "emit session_end(reason=payload.reason)": emit(({ context, event }) => ({ type: "session_end", reason: event.reason })),
    "emit session_end(reason=too_long)": emit(({ context, event }) => ({ type: "session_end", reason: 'too_long' })),
    "raise no_answer": raise({ type: "no_answer" }),
    "raise session_too_long": raise({ type: "session_too_long" }),
  },
  guards: {
    "utterance_survives": ({ context, event }) => event.reason == 'epoch_changed' && event.utterance,
    "gaps": ({ context, event }) => context.gaps,
    "not gaps": not("gaps"),
    "not utterance_survives": not("utterance_survives"),
  },
  delays: {
    "answer_limit": 12000,
    "session_limit": 900000,
  },
});

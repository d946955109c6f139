// Written by `python -m codegen` from machines/session.yaml; do not edit.
// createMachine(configuration, implementations(xstate)). Yours to provide: close_brain, forget_utterance, note_call, open_brain.
export const implementations = ({ assign, emit, not, raise }) => ({
  actions: {
    "emit may_be_told": emit(({ context, event }) => ({ type: "may_be_told" })),
    "session = payload.session": assign({ session: ({ context, event }) => event.session }),
    "emit announcement_waits(session=payload.session)": emit(({ context, event }) => ({ type: "announcement_waits", session: event.session })),
    "emit question_waits(session=payload.session)": emit(({ context, event }) => ({ type: "question_waits", session: event.session })),
    "emit announcement_began(turn=payload.turn)": emit(({ context, event }) => ({ type: "announcement_began", turn: event.turn })),
    "emit ring": emit(({ context, event }) => ({ type: "ring", label: event.label })),
    "emit session_started": emit(({ context, event }) => ({ type: "session_started" })),
    "emit session_began": emit(({ context, event }) => ({ type: "session_began" })),
    "emit session_refused(reason=payload.reason)": emit(({ context, event }) => ({ type: "session_refused", reason: event.reason })),
    "emit session_refused(reason=brain_late)": emit(({ context, event }) => ({ type: "session_refused", reason: 'brain_late' })),
    "emit session_end(reason=elsewhere)": emit(({ context, event }) => ({ type: "session_end", reason: 'elsewhere' })),
    "emit session_refused(reason=stopping)": emit(({ context, event }) => ({ type: "session_refused", reason: 'stopping' })),
    "emit heard_to_end": emit(({ context, event }) => ({ type: "heard_to_end" })),
    "emit session_over": emit(({ context, event }) => ({ type: "session_over" })),
    "emit session_end(reason=end_phrase)": emit(({ context, event }) => ({ type: "session_end", reason: 'end_phrase' })),
    "emit session_end(reason=timeout)": emit(({ context, event }) => ({ type: "session_end", reason: 'timeout' })),
    "emit session_end(reason=payload.reason)": emit(({ context, event }) => ({ type: "session_end", reason: event.reason })),
    "emit session_end(reason=too_long)": emit(({ context, event }) => ({ type: "session_end", reason: 'too_long' })),
    "emit session_end(reason=stopping)": emit(({ context, event }) => ({ type: "session_end", reason: 'stopping' })),
    "raise brain_late": raise({ type: "brain_late" }),
    "raise session_too_long": raise({ type: "session_too_long" }),
  },
  guards: {
    "heard_to_its_end": ({ context, event }) => event.reason == 'heard',
    "not heard_to_its_end": not("heard_to_its_end"),
  },
  delays: {
    "brain_limit": 8000,
    "session_limit": 900000,
  },
});

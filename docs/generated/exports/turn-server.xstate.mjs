// Written by `python -m codegen` from machines/turn.yaml; do not edit.
// createMachine(configuration, implementations(xstate)). Yours to provide: begin_interruption, begin_turn, cancel_reply, note_call, open_reply.
export const implementations = ({ assign, emit, not, raise }) => ({
  actions: {
    "turn = 1": assign({ turn: ({ context, event }) => 1 }),
    "turn = payload.turn": assign({ turn: ({ context, event }) => event.turn }),
    "emit start_of_tts_stream": emit(({ context, event }) => ({ type: "start_of_tts_stream", turn: context.turn })),
    "emit end_wanted(reason=thinking_limit)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'thinking_limit' })),
    "emit user_turn_end": emit(({ context, event }) => ({ type: "user_turn_end", turn: context.turn })),
    "emit end_wanted(reason=user_turn_limit)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'user_turn_limit' })),
    "emit tts_stream_end": emit(({ context, event }) => ({ type: "tts_stream_end", turn: context.turn })),
    "reply_complete = false": assign({ reply_complete: ({ context, event }) => false }),
    "emit interrupted": emit(({ context, event }) => ({ type: "interrupted" })),
    "emit end_wanted(reason=speaking_limit)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'speaking_limit' })),
    "emit heard_to_end": emit(({ context, event }) => ({ type: "heard_to_end" })),
    "reply_complete = true": assign({ reply_complete: ({ context, event }) => true }),
    "emit end_wanted(reason=draining_limit)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'draining_limit' })),
    "turn = turn + 1": assign({ turn: ({ context, event }) => context.turn + 1 }),
    "emit reply_cut(turn=payload.turn)": emit(({ context, event }) => ({ type: "reply_cut", turn: event.turn })),
    "emit reply_resumes": emit(({ context, event }) => ({ type: "reply_resumes", turn: context.turn })),
    "emit end_wanted(reason=interruption_limit)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'interruption_limit' })),
    "raise turn_stuck": raise({ type: "turn_stuck" }),
  },
  guards: {
    "reply_complete": ({ context, event }) => context.reply_complete,
    "not reply_complete": not("reply_complete"),
  },
  delays: {
    "server_thinking_limit": 30000,
    "server_user_turn_limit": 180000,
    "server_speaking_limit": 600000,
    "server_draining_limit": 180000,
    "server_interruption_limit": 130000,
  },
});

// Written by `python -m codegen` from machines/turn.yaml; do not edit.
// createMachine(configuration, implementations(xstate)). Yours to provide: begin_utterance, chime, finish_speaker, open_speaker, open_uplink, pause_speaker, play_error, resume_speaker, stop_speaker, withdraw_utterance.
export const implementations = ({ assign, emit, not, raise }) => ({
  actions: {
    "turn = 1": assign({ turn: ({ context, event }) => 1 }),
    "one_way = false": assign({ one_way: ({ context, event }) => false }),
    "one_way = payload.one_way": assign({ one_way: ({ context, event }) => event.one_way }),
    "turn = turn + 1": assign({ turn: ({ context, event }) => context.turn + 1 }),
    "emit barge_in": emit(({ context, event }) => ({ type: "barge_in", turn: context.turn })),
    "emit end_wanted(reason=button)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'button' })),
    "emit end_wanted(reason=thinking_limit)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'thinking_limit' })),
    "emit end_wanted(reason=user_turn_limit)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'user_turn_limit' })),
    "reply_complete = false": assign({ reply_complete: ({ context, event }) => false }),
    "emit interruption": emit(({ context, event }) => ({ type: "interruption", turn: context.turn })),
    "emit end_wanted(reason=speaking_limit)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'speaking_limit' })),
    "emit playback_complete": emit(({ context, event }) => ({ type: "playback_complete", turn: context.turn })),
    "emit end_wanted(reason=heard)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'heard' })),
    "reply_complete = true": assign({ reply_complete: ({ context, event }) => true }),
    "emit end_wanted(reason=draining_limit)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'draining_limit' })),
    "turn = turn + 2": assign({ turn: ({ context, event }) => context.turn + 2 }),
    "emit end_wanted(reason=interruption_limit)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'interruption_limit' })),
    "raise turn_stuck": raise({ type: "turn_stuck" }),
  },
  guards: {
    "one_way": ({ context, event }) => context.one_way,
    "reply_complete": ({ context, event }) => context.reply_complete,
    "not one_way": not("one_way"),
    "not reply_complete": not("reply_complete"),
  },
  delays: {
    "device_thinking_limit": 100000,
    "device_user_turn_limit": 250000,
    "device_speaking_limit": 700000,
    "device_draining_limit": 30000,
    "device_interruption_limit": 200000,
  },
});

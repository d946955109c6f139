// Written by `python -m codegen` from machines/announcement.yaml; do not edit.
// createMachine(configuration, implementations(xstate)). Yours to provide: look_for_announcements, note_answered, note_spoken, note_unanswered.
export const implementations = ({ assign, emit, not, raise }) => ({
  actions: {
    "emit end_wanted(reason=answered)": emit(({ context, event }) => ({ type: "end_wanted", reason: 'answered' })),
  },
});

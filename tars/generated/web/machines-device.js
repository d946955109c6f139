// Written by `python -m codegen` from machines/; do not edit.
// The machines of the device as tables. In a row `c` is the context of the machine, `e` the payload of the event.
export const machines = {
  connection: {
    role: "device",
    initial: "DISCONNECTED",
    context: {"attempt": 0, "ceiling": 4, "redialled": false, "failures": 0, "persistent": true, "other_servers": false, "max_attempts": 0},
    events: {"started": [], "stopped": [], "wanted": [], "unwanted": [], "redial": [], "renew": [], "socket_opened": ["generation"], "failed": ["generation", "reason"], "lost": ["generation", "reason"], "welcome": ["resumed", "reason", "utterance"], "going_away": [], "greeting_late": [], "retry": [], "stable": []},
    rows: {
      DISCONNECTED: {
        started: [
          { at: "connection.yaml:48", guard: (c, e) => c.persistent, target: "CONNECTING", actions: ["open_socket"] },
          { at: "connection.yaml:49", guard: (c, e) => c.persistent == false },
        ],
        wanted: [
          { at: "connection.yaml:50", target: "CONNECTING", assign: (c, e) => { c.failures = 0; c.attempt = 0; c.ceiling = 0; c.redialled = false; }, actions: ["open_socket"] },
        ],
      },
      CONNECTING: {
        socket_opened: [
          { at: "connection.yaml:60", emits: (c, e) => [{ name: "hello", payload: {} }] },
        ],
        welcome: [
          { at: "connection.yaml:61", guard: (c, e) => e.resumed, target: "CONNECTED", assign: (c, e) => { c.failures = 0; }, emits: (c, e) => [{ name: "link_resumed", payload: {} }] },
          { at: "connection.yaml:62", guard: (c, e) => e.resumed == false, target: "CONNECTED", assign: (c, e) => { c.failures = 0; }, emits: (c, e) => [{ name: "link_fresh", payload: { reason: e.reason, utterance: e.utterance } }] },
        ],
        failed: [
          { at: "connection.yaml:63", target: "BACKOFF", assign: (c, e) => { c.failures = c.failures + 1; }, actions: ["abort_socket"] },
        ],
        lost: [
          { at: "connection.yaml:64", target: "BACKOFF", assign: (c, e) => { c.failures = c.failures + 1; }, actions: ["abort_socket"] },
        ],
        greeting_late: [
          { at: "connection.yaml:65", target: "BACKOFF", assign: (c, e) => { c.failures = c.failures + 1; }, actions: ["abort_socket"] },
        ],
        renew: [
          { at: "connection.yaml:66", target: "CONNECTING", actions: ["abort_socket", "open_socket"] },
        ],
        stopped: [
          { at: "connection.yaml:67", target: "DISCONNECTED", actions: ["abort_socket"], emits: (c, e) => [{ name: "link_closed", payload: {} }] },
        ],
        unwanted: [
          { at: "connection.yaml:68", guard: (c, e) => c.persistent == false, target: "DISCONNECTED", assign: (c, e) => { c.ceiling = 4; }, actions: ["abort_socket"], emits: (c, e) => [{ name: "link_closed", payload: {} }] },
          { at: "connection.yaml:69", guard: (c, e) => c.persistent, assign: (c, e) => { c.ceiling = 4; } },
        ],
        wanted: [
          { at: "connection.yaml:70", assign: (c, e) => { c.attempt = 0; c.ceiling = 0; c.redialled = false; } },
        ],
      },
      CONNECTED: {
        stable: [
          { at: "connection.yaml:78", assign: (c, e) => { c.attempt = 0; c.redialled = false; } },
        ],
        lost: [
          { at: "connection.yaml:79", guard: (c, e) => c.ceiling == 0 && c.redialled == false, target: "CONNECTING", assign: (c, e) => { c.redialled = true; }, actions: ["abort_socket", "open_socket"], emits: (c, e) => [{ name: "link_lost", payload: {} }] },
          { at: "connection.yaml:80", guard: (c, e) => (c.ceiling == 0 && c.redialled == false) == false, target: "BACKOFF", actions: ["abort_socket"], emits: (c, e) => [{ name: "link_lost", payload: {} }] },
        ],
        going_away: [
          { at: "connection.yaml:81", guard: (c, e) => c.other_servers, target: "CONNECTING", assign: (c, e) => { c.attempt = 0; }, actions: ["abort_socket", "open_socket"], emits: (c, e) => [{ name: "link_lost", payload: {} }] },
          { at: "connection.yaml:82", guard: (c, e) => c.other_servers == false, target: "BACKOFF", assign: (c, e) => { c.attempt = 0; }, actions: ["abort_socket"], emits: (c, e) => [{ name: "link_lost", payload: {} }] },
        ],
        stopped: [
          { at: "connection.yaml:83", target: "DISCONNECTED", actions: ["flush_and_close"], emits: (c, e) => [{ name: "goodbye", payload: {} }, { name: "link_closed", payload: {} }] },
        ],
        unwanted: [
          { at: "connection.yaml:84", guard: (c, e) => c.persistent == false, target: "DISCONNECTED", assign: (c, e) => { c.ceiling = 4; }, actions: ["flush_and_close"], emits: (c, e) => [{ name: "goodbye", payload: {} }, { name: "link_closed", payload: {} }] },
          { at: "connection.yaml:85", guard: (c, e) => c.persistent, assign: (c, e) => { c.ceiling = 4; } },
        ],
        wanted: [
          { at: "connection.yaml:86", assign: (c, e) => { c.attempt = 0; c.ceiling = 0; c.redialled = false; } },
        ],
      },
      BACKOFF: {
        retry: [
          { at: "connection.yaml:93", guard: (c, e) => c.max_attempts == 0 || c.failures < c.max_attempts, target: "CONNECTING", assign: (c, e) => { c.attempt = Math.min(c.attempt + 1, c.ceiling); }, actions: ["open_socket"] },
          { at: "connection.yaml:94", guard: (c, e) => (c.max_attempts == 0 || c.failures < c.max_attempts) == false, target: "DISCONNECTED", actions: ["give_up"], emits: (c, e) => [{ name: "link_closed", payload: {} }] },
        ],
        redial: [
          { at: "connection.yaml:95", target: "CONNECTING", assign: (c, e) => { c.attempt = Math.min(c.attempt + 1, c.ceiling); }, actions: ["open_socket"] },
        ],
        wanted: [
          { at: "connection.yaml:96", target: "CONNECTING", assign: (c, e) => { c.attempt = 0; c.ceiling = 0; c.redialled = false; }, actions: ["open_socket"] },
        ],
        stopped: [
          { at: "connection.yaml:97", target: "DISCONNECTED", emits: (c, e) => [{ name: "link_closed", payload: {} }] },
        ],
        unwanted: [
          { at: "connection.yaml:98", guard: (c, e) => c.persistent == false, target: "DISCONNECTED", assign: (c, e) => { c.ceiling = 4; }, emits: (c, e) => [{ name: "link_closed", payload: {} }] },
          { at: "connection.yaml:99", guard: (c, e) => c.persistent, assign: (c, e) => { c.ceiling = 4; } },
        ],
      },
    },
    ignored: {
      DISCONNECTED: {"unwanted": "connection.yaml:52", "stopped": "connection.yaml:53", "redial": "connection.yaml:54"},
      CONNECTING: {"redial": "connection.yaml:72"},
      CONNECTED: {"redial": "connection.yaml:88"},
      BACKOFF: {"renew": "connection.yaml:101"},
    },
    timeouts: {
      CONNECTING: { event: "greeting_late", after: "greeting_limit" }, // connection.yaml:58
      CONNECTED: { event: "stable", after: "stable_after" }, // connection.yaml:76
      BACKOFF: { event: "retry", after: "backoff", step: "attempt" }, // connection.yaml:91
    },
  },
  continuity: {
    role: "device",
    initial: "UNLINKED",
    context: {},
    events: {"link_fresh": ["reason", "utterance"], "link_resumed": [], "link_lost": [], "link_closed": [], "grace_over": []},
    rows: {
      UNLINKED: {
        link_fresh: [
          { at: "continuity.yaml:24", target: "LINKED", actions: ["new_record"], emits: (c, e) => [{ name: "fresh", payload: { reason: e.reason, utterance: e.utterance } }] },
        ],
      },
      LINKED: {
        link_lost: [
          { at: "continuity.yaml:32", target: "INTERRUPTED" },
        ],
        link_closed: [
          { at: "continuity.yaml:33", target: "UNLINKED", actions: ["drop_record"] },
        ],
      },
      INTERRUPTED: {
        link_resumed: [
          { at: "continuity.yaml:39", target: "LINKED", actions: ["send_unacknowledged_again"] },
        ],
        link_fresh: [
          { at: "continuity.yaml:40", target: "LINKED", actions: ["drop_record", "new_record"], emits: (c, e) => [{ name: "fresh", payload: { reason: e.reason, utterance: e.utterance } }] },
        ],
        grace_over: [
          { at: "continuity.yaml:41", target: "UNLINKED", actions: ["drop_record"], emits: (c, e) => [{ name: "given_up", payload: {} }] },
        ],
        link_closed: [
          { at: "continuity.yaml:42", target: "UNLINKED", actions: ["drop_record"] },
        ],
      },
    },
    ignored: {
      UNLINKED: {"link_closed": "continuity.yaml:26"},
    },
    timeouts: {
      INTERRUPTED: { event: "grace_over", after: "device_grace" }, // continuity.yaml:36
    },
  },
  session: {
    role: "device",
    initial: "IDLE",
    context: {"session": "", "gaps": false},
    events: {"start": [], "stop": [], "hotword": ["session", "model", "score", "at"], "button": ["session", "at"], "session_started": ["session"], "session_refused": ["session", "reason"], "session_end": ["session", "reason"], "ring": ["label"], "announcement_waits": ["session"], "question_waits": ["session"], "end_wanted": ["reason"], "fresh": ["reason", "utterance"], "link_lost": [], "given_up": [], "overflow": [], "no_answer": [], "session_too_long": []},
    rows: {
      IDLE: {
        start: [
          { at: "session.yaml:48", target: "LISTENING", emits: (c, e) => [{ name: "started", payload: {} }] },
        ],
      },
      LISTENING: {
        hotword: [
          { at: "session.yaml:57", target: "HOTWORD_DETECTED", assign: (c, e) => { c.session = e.session; }, actions: ["stop_speaker", "chime", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "hotword_detected", payload: {} }, { name: "wanted", payload: {} }] },
        ],
        button: [
          { at: "session.yaml:58", target: "HOTWORD_DETECTED", assign: (c, e) => { c.session = e.session; }, actions: ["stop_speaker", "chime", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "hotword_detected", payload: {} }, { name: "wanted", payload: {} }] },
        ],
        announcement_waits: [
          { at: "session.yaml:59", target: "ACTIVE_SESSION", assign: (c, e) => { c.session = e.session; }, emits: (c, e) => [{ name: "announcement_wanted", payload: { turn: 1 } }, { name: "wanted", payload: {} }, { name: "announcement_began", payload: { one_way: true } }] },
        ],
        question_waits: [
          { at: "session.yaml:60", target: "ACTIVE_SESSION", assign: (c, e) => { c.session = e.session; }, emits: (c, e) => [{ name: "announcement_wanted", payload: { turn: 1 } }, { name: "wanted", payload: {} }, { name: "announcement_began", payload: { one_way: false } }] },
        ],
        ring: [
          { at: "session.yaml:61", actions: ["play_alarm"] },
        ],
        stop: [
          { at: "session.yaml:62", target: "IDLE", emits: (c, e) => [{ name: "stopped", payload: {} }] },
        ],
      },
      HOTWORD_DETECTED: {
        session_started: [
          { at: "session.yaml:72", target: "ACTIVE_SESSION", emits: (c, e) => [{ name: "session_began", payload: {} }] },
        ],
        session_refused: [
          { at: "session.yaml:73", target: "LISTENING", actions: ["play_error"], emits: (c, e) => [{ name: "unwanted", payload: {} }] },
        ],
        no_answer: [
          { at: "session.yaml:74", target: "LISTENING", actions: ["play_error"], emits: (c, e) => [{ name: "session_end", payload: { reason: 'no_answer' } }, { name: "unwanted", payload: {} }] },
        ],
        button: [
          { at: "session.yaml:75", target: "LISTENING", emits: (c, e) => [{ name: "session_end", payload: { reason: 'button' } }, { name: "unwanted", payload: {} }] },
        ],
        fresh: [
          { at: "session.yaml:76", actions: ["reopen_uplink"], emits: (c, e) => [{ name: "hotword_detected", payload: {} }] },
        ],
        overflow: [
          { at: "session.yaml:77", guard: (c, e) => c.gaps == false, target: "LISTENING", actions: ["play_error"], emits: (c, e) => [{ name: "session_end", payload: { reason: 'overflow' } }, { name: "unwanted", payload: {} }] },
          { at: "session.yaml:78", guard: (c, e) => c.gaps },
        ],
        link_lost: [
          { at: "session.yaml:79", emits: (c, e) => [{ name: "wanted", payload: {} }] },
        ],
        ring: [
          { at: "session.yaml:80", actions: ["play_alarm"] },
        ],
        stop: [
          { at: "session.yaml:81", target: "IDLE", emits: (c, e) => [{ name: "session_end", payload: { reason: 'stopping' } }, { name: "stopped", payload: {} }] },
        ],
      },
      ACTIVE_SESSION: {
        session_end: [
          { at: "session.yaml:92", target: "LISTENING", emits: (c, e) => [{ name: "session_over", payload: {} }, { name: "unwanted", payload: {} }] },
        ],
        end_wanted: [
          { at: "session.yaml:93", target: "LISTENING", emits: (c, e) => [{ name: "session_end", payload: { reason: e.reason } }, { name: "session_over", payload: {} }, { name: "unwanted", payload: {} }] },
        ],
        session_too_long: [
          { at: "session.yaml:94", target: "LISTENING", emits: (c, e) => [{ name: "session_end", payload: { reason: 'too_long' } }, { name: "session_over", payload: {} }, { name: "unwanted", payload: {} }] },
        ],
        given_up: [
          { at: "session.yaml:95", target: "LISTENING", actions: ["play_error"], emits: (c, e) => [{ name: "session_over", payload: {} }, { name: "unwanted", payload: {} }] },
        ],
        overflow: [
          { at: "session.yaml:96", guard: (c, e) => c.gaps == false, target: "LISTENING", actions: ["play_error"], emits: (c, e) => [{ name: "session_end", payload: { reason: 'overflow' } }, { name: "session_over", payload: {} }, { name: "unwanted", payload: {} }] },
          { at: "session.yaml:97", guard: (c, e) => c.gaps },
        ],
        fresh: [
          { at: "session.yaml:98", guard: (c, e) => e.reason == 'epoch_changed' && e.utterance, target: "HOTWORD_DETECTED", actions: ["reopen_uplink"], emits: (c, e) => [{ name: "session_over", payload: {} }, { name: "hotword_detected", payload: {} }] },
          { at: "session.yaml:99", guard: (c, e) => (e.reason == 'epoch_changed' && e.utterance) == false, target: "LISTENING", actions: ["play_error"], emits: (c, e) => [{ name: "session_over", payload: {} }, { name: "unwanted", payload: {} }] },
        ],
        ring: [
          { at: "session.yaml:100", actions: ["play_alarm"] },
        ],
        stop: [
          { at: "session.yaml:101", target: "IDLE", emits: (c, e) => [{ name: "session_end", payload: { reason: 'stopping' } }, { name: "session_over", payload: {} }, { name: "stopped", payload: {} }] },
        ],
      },
    },
    ignored: {
      IDLE: {"hotword": "session.yaml:50", "button": "session.yaml:51"},
      LISTENING: {"fresh": "session.yaml:64", "link_lost": "session.yaml:65", "given_up": "session.yaml:66"},
      HOTWORD_DETECTED: {"hotword": "session.yaml:83", "announcement_waits": "session.yaml:84", "question_waits": "session.yaml:85", "given_up": "session.yaml:86"},
      ACTIVE_SESSION: {"hotword": "session.yaml:103", "button": "session.yaml:104", "announcement_waits": "session.yaml:105", "question_waits": "session.yaml:106", "link_lost": "session.yaml:107"},
    },
    timeouts: {
      HOTWORD_DETECTED: { event: "no_answer", after: "answer_limit" }, // session.yaml:69
      ACTIVE_SESSION: { event: "session_too_long", after: "session_limit" }, // session.yaml:89
    },
  },
  turn: {
    role: "device",
    initial: "NO_TURN",
    context: {"turn": 0, "one_way": false, "reply_complete": false},
    events: {"session_began": [], "announcement_began": ["one_way"], "session_over": [], "user_turn_end": ["session", "turn"], "start_of_tts_stream": ["session", "turn"], "tts_stream_end": ["session", "turn"], "reply_cut": ["session", "turn"], "reply_resumes": ["session", "turn"], "speech_noticed": ["session", "at"], "drained": ["session", "turn"], "hotword": ["session", "model", "score", "at"], "button": ["session", "at"], "turn_stuck": []},
    rows: {
      NO_TURN: {
        session_began: [
          { at: "turn.yaml:43", target: "USER_TURN", assign: (c, e) => { c.turn = 1; c.one_way = false; } },
        ],
        announcement_began: [
          { at: "turn.yaml:44", target: "ANNOUNCEMENT", assign: (c, e) => { c.turn = 1; c.one_way = e.one_way; } },
        ],
      },
      ANNOUNCEMENT: {
        start_of_tts_stream: [
          { at: "turn.yaml:53", target: "SPEAKING", actions: ["open_speaker"] },
        ],
        hotword: [
          { at: "turn.yaml:54", target: "USER_TURN", assign: (c, e) => { c.turn = c.turn + 1; c.one_way = false; }, actions: ["chime", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "barge_in", payload: { turn: c.turn } }] },
        ],
        button: [
          { at: "turn.yaml:55", emits: (c, e) => [{ name: "end_wanted", payload: { reason: 'button' } }] },
        ],
        turn_stuck: [
          { at: "turn.yaml:56", actions: ["play_error"], emits: (c, e) => [{ name: "end_wanted", payload: { reason: 'thinking_limit' } }] },
        ],
        session_over: [
          { at: "turn.yaml:57", target: "NO_TURN" },
        ],
      },
      USER_TURN: {
        user_turn_end: [
          { at: "turn.yaml:63", target: "THINKING" },
        ],
        start_of_tts_stream: [
          { at: "turn.yaml:64", target: "SPEAKING", actions: ["open_speaker"] },
        ],
        button: [
          { at: "turn.yaml:65", emits: (c, e) => [{ name: "end_wanted", payload: { reason: 'button' } }] },
        ],
        turn_stuck: [
          { at: "turn.yaml:66", actions: ["play_error"], emits: (c, e) => [{ name: "end_wanted", payload: { reason: 'user_turn_limit' } }] },
        ],
        session_over: [
          { at: "turn.yaml:67", target: "NO_TURN" },
        ],
      },
      THINKING: {
        start_of_tts_stream: [
          { at: "turn.yaml:75", target: "SPEAKING", actions: ["open_speaker"] },
        ],
        hotword: [
          { at: "turn.yaml:76", target: "USER_TURN", assign: (c, e) => { c.turn = c.turn + 1; }, actions: ["chime", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "barge_in", payload: { turn: c.turn } }] },
        ],
        button: [
          { at: "turn.yaml:77", emits: (c, e) => [{ name: "end_wanted", payload: { reason: 'button' } }] },
        ],
        turn_stuck: [
          { at: "turn.yaml:78", actions: ["play_error"], emits: (c, e) => [{ name: "end_wanted", payload: { reason: 'thinking_limit' } }] },
        ],
        session_over: [
          { at: "turn.yaml:79", target: "NO_TURN" },
        ],
      },
      SPEAKING: {
        tts_stream_end: [
          { at: "turn.yaml:85", target: "DRAINING" },
        ],
        speech_noticed: [
          { at: "turn.yaml:86", target: "PAUSED", assign: (c, e) => { c.reply_complete = false; }, actions: ["pause_speaker", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "interruption", payload: { turn: c.turn } }] },
        ],
        hotword: [
          { at: "turn.yaml:87", target: "USER_TURN", assign: (c, e) => { c.turn = c.turn + 1; c.one_way = false; }, actions: ["stop_speaker", "chime", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "barge_in", payload: { turn: c.turn } }] },
        ],
        button: [
          { at: "turn.yaml:88", target: "USER_TURN", assign: (c, e) => { c.turn = c.turn + 1; c.one_way = false; }, actions: ["stop_speaker", "chime", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "barge_in", payload: { turn: c.turn } }] },
        ],
        turn_stuck: [
          { at: "turn.yaml:89", actions: ["play_error"], emits: (c, e) => [{ name: "end_wanted", payload: { reason: 'speaking_limit' } }] },
        ],
        session_over: [
          { at: "turn.yaml:90", target: "NO_TURN", actions: ["finish_speaker"] },
        ],
      },
      DRAINING: {
        drained: [
          { at: "turn.yaml:96", guard: (c, e) => c.one_way == false, target: "USER_TURN", assign: (c, e) => { c.turn = c.turn + 1; }, actions: ["begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "playback_complete", payload: { turn: c.turn } }] },
          { at: "turn.yaml:97", guard: (c, e) => c.one_way, emits: (c, e) => [{ name: "end_wanted", payload: { reason: 'heard' } }] },
        ],
        speech_noticed: [
          { at: "turn.yaml:98", target: "PAUSED", assign: (c, e) => { c.reply_complete = true; }, actions: ["pause_speaker", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "interruption", payload: { turn: c.turn } }] },
        ],
        hotword: [
          { at: "turn.yaml:99", target: "USER_TURN", assign: (c, e) => { c.turn = c.turn + 1; c.one_way = false; }, actions: ["stop_speaker", "chime", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "barge_in", payload: { turn: c.turn } }] },
        ],
        button: [
          { at: "turn.yaml:100", target: "USER_TURN", assign: (c, e) => { c.turn = c.turn + 1; c.one_way = false; }, actions: ["stop_speaker", "chime", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "barge_in", payload: { turn: c.turn } }] },
        ],
        turn_stuck: [
          { at: "turn.yaml:101", actions: ["play_error"], emits: (c, e) => [{ name: "end_wanted", payload: { reason: 'draining_limit' } }] },
        ],
        session_over: [
          { at: "turn.yaml:102", target: "NO_TURN", actions: ["finish_speaker"] },
        ],
      },
      PAUSED: {
        tts_stream_end: [
          { at: "turn.yaml:108", assign: (c, e) => { c.reply_complete = true; } },
        ],
        reply_cut: [
          { at: "turn.yaml:109", target: "USER_TURN", assign: (c, e) => { c.turn = c.turn + 1; c.one_way = false; }, actions: ["stop_speaker"] },
        ],
        reply_resumes: [
          { at: "turn.yaml:110", guard: (c, e) => c.reply_complete, target: "DRAINING", actions: ["withdraw_utterance", "resume_speaker"] },
          { at: "turn.yaml:111", guard: (c, e) => c.reply_complete == false, target: "SPEAKING", actions: ["withdraw_utterance", "resume_speaker"] },
        ],
        hotword: [
          { at: "turn.yaml:112", target: "USER_TURN", assign: (c, e) => { c.turn = c.turn + 2; c.one_way = false; }, actions: ["stop_speaker", "chime", "withdraw_utterance", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "barge_in", payload: { turn: c.turn } }] },
        ],
        button: [
          { at: "turn.yaml:113", target: "USER_TURN", assign: (c, e) => { c.turn = c.turn + 2; c.one_way = false; }, actions: ["stop_speaker", "chime", "withdraw_utterance", "begin_utterance", "open_uplink"], emits: (c, e) => [{ name: "barge_in", payload: { turn: c.turn } }] },
        ],
        turn_stuck: [
          { at: "turn.yaml:114", actions: ["play_error"], emits: (c, e) => [{ name: "end_wanted", payload: { reason: 'interruption_limit' } }] },
        ],
        session_over: [
          { at: "turn.yaml:115", target: "NO_TURN", actions: ["finish_speaker"] },
        ],
      },
    },
    ignored: {
      NO_TURN: {"hotword": "turn.yaml:46", "button": "turn.yaml:47"},
      USER_TURN: {"hotword": "turn.yaml:69"},
    },
    timeouts: {
      ANNOUNCEMENT: { event: "turn_stuck", after: "device_thinking_limit" }, // turn.yaml:50
      USER_TURN: { event: "turn_stuck", after: "device_user_turn_limit" }, // turn.yaml:60
      THINKING: { event: "turn_stuck", after: "device_thinking_limit" }, // turn.yaml:72
      SPEAKING: { event: "turn_stuck", after: "device_speaking_limit" }, // turn.yaml:82
      DRAINING: { event: "turn_stuck", after: "device_draining_limit" }, // turn.yaml:93
      PAUSED: { event: "turn_stuck", after: "device_interruption_limit" }, // turn.yaml:105
    },
  },
};

export const wiring = {
  node: "device",
  routes: {
    "session.started": [["connection", "started"]], // system.yaml:22
    "session.stopped": [["connection", "stopped"]], // system.yaml:23
    "session.wanted": [["connection", "wanted"]], // system.yaml:24
    "session.unwanted": [["connection", "unwanted"]], // system.yaml:25
    "connection.link_fresh": [["continuity", "link_fresh"]], // system.yaml:26
    "connection.link_resumed": [["continuity", "link_resumed"]], // system.yaml:27
    "connection.link_lost": [["continuity", "link_lost"], ["session", "link_lost"]], // system.yaml:28
    "connection.link_closed": [["continuity", "link_closed"]], // system.yaml:29
    "continuity.fresh": [["session", "fresh"]], // system.yaml:30
    "continuity.given_up": [["session", "given_up"], ["connection", "renew"]], // system.yaml:31
    "session.session_began": [["turn", "session_began"]], // system.yaml:32
    "session.announcement_began": [["turn", "announcement_began"]], // system.yaml:33
    "session.session_over": [["turn", "session_over"]], // system.yaml:34
    "turn.end_wanted": [["session", "end_wanted"]], // system.yaml:35
  },
  sends: {
    "connection.hello": "hello", // system.yaml:49
    "connection.goodbye": "goodbye", // system.yaml:50
    "session.hotword_detected": "hotword_detected", // system.yaml:51
    "session.announcement_wanted": "announcement_wanted", // system.yaml:52
    "session.session_end": "session_end", // system.yaml:53
    "turn.playback_complete": "playback_complete", // system.yaml:54
    "turn.barge_in": "barge_in", // system.yaml:55
    "turn.interruption": "interruption", // system.yaml:56
  },
  receives: {
    welcome: ["connection", "welcome"], // system.yaml:58
    going_away: ["connection", "going_away"], // system.yaml:59
    session_started: ["session", "session_started"], // system.yaml:60
    session_refused: ["session", "session_refused"], // system.yaml:61
    session_end: ["session", "session_end"], // system.yaml:62
    ring: ["session", "ring"], // system.yaml:63
    announcement_waits: ["session", "announcement_waits"], // system.yaml:64
    question_waits: ["session", "question_waits"], // system.yaml:65
    user_turn_end: ["turn", "user_turn_end"], // system.yaml:66
    start_of_tts_stream: ["turn", "start_of_tts_stream"], // system.yaml:67
    tts_stream_end: ["turn", "tts_stream_end"], // system.yaml:68
    reply_cut: ["turn", "reply_cut"], // system.yaml:69
    reply_resumes: ["turn", "reply_resumes"], // system.yaml:70
  },
  external: {
    hotword: {"targets": [["session", "hotword"], ["turn", "hotword"], ["connection", "redial"]], "when": {}, "correlation": []}, // system.yaml:76
    button: {"targets": [["session", "button"], ["turn", "button"], ["connection", "redial"]], "when": {}, "correlation": []}, // system.yaml:77
    redial: {"targets": [["connection", "redial"]], "when": {}, "correlation": []}, // system.yaml:78
    overflow: {"targets": [["session", "overflow"]], "when": {"session": ["HOTWORD_DETECTED", "ACTIVE_SESSION"]}, "correlation": []}, // system.yaml:79
    start: {"targets": [["session", "start"]], "when": {"session": ["IDLE"]}, "correlation": []}, // system.yaml:80
    stop: {"targets": [["session", "stop"]], "when": {"session": ["LISTENING", "HOTWORD_DETECTED", "ACTIVE_SESSION"]}, "correlation": []}, // system.yaml:81
    speech_noticed: {"targets": [["turn", "speech_noticed"]], "when": {"turn": ["SPEAKING", "DRAINING"], "continuity": ["LINKED"]}, "correlation": ["session"]}, // system.yaml:82
    drained: {"targets": [["turn", "drained"]], "when": {"turn": ["DRAINING"]}, "correlation": ["session", "turn"]}, // system.yaml:83
    socket_opened: {"targets": [["connection", "socket_opened"]], "when": {}, "correlation": []}, // system.yaml:104
    failed: {"targets": [["connection", "failed"]], "when": {}, "correlation": []}, // system.yaml:105
    lost: {"targets": [["connection", "lost"]], "when": {}, "correlation": []}, // system.yaml:106
  },
  correlation: {
    session: {"machine": "session", "variable": "session", "states": ["HOTWORD_DETECTED", "ACTIVE_SESSION"]},
    turn: {"machine": "turn", "variable": "turn", "states": ["ANNOUNCEMENT", "USER_TURN", "THINKING", "SPEAKING", "DRAINING", "PAUSED"]},
  },
};

// Each output by the states of the machines that decide it, in this order.
export const outputs = {
  in_session: {
    machines: ["session"],
    values: {
      "IDLE": false,
      "LISTENING": false,
      "HOTWORD_DETECTED": true,
      "ACTIVE_SESSION": true,
    },
  },
  microphone: {
    machines: ["session", "turn"],
    values: {
      "IDLE NO_TURN": "CLOSED",
      "IDLE ANNOUNCEMENT": "CLOSED",
      "IDLE USER_TURN": "CLOSED",
      "IDLE THINKING": "CLOSED",
      "IDLE SPEAKING": "CLOSED",
      "IDLE DRAINING": "CLOSED",
      "IDLE PAUSED": "CLOSED",
      "LISTENING NO_TURN": "WAKE_WORD",
      "LISTENING ANNOUNCEMENT": "WAKE_WORD",
      "LISTENING USER_TURN": "WAKE_WORD",
      "LISTENING THINKING": "WAKE_WORD",
      "LISTENING SPEAKING": "WAKE_WORD",
      "LISTENING DRAINING": "WAKE_WORD",
      "LISTENING PAUSED": "WAKE_WORD",
      "HOTWORD_DETECTED NO_TURN": "SERVER",
      "HOTWORD_DETECTED ANNOUNCEMENT": "SERVER",
      "HOTWORD_DETECTED USER_TURN": "SERVER",
      "HOTWORD_DETECTED THINKING": "SERVER",
      "HOTWORD_DETECTED SPEAKING": "SERVER",
      "HOTWORD_DETECTED DRAINING": "SERVER",
      "HOTWORD_DETECTED PAUSED": "SERVER",
      "ACTIVE_SESSION NO_TURN": "CLOSED",
      "ACTIVE_SESSION ANNOUNCEMENT": "WAKE_WORD",
      "ACTIVE_SESSION USER_TURN": "SERVER",
      "ACTIVE_SESSION THINKING": "WAKE_WORD",
      "ACTIVE_SESSION SPEAKING": "WAKE_WORD",
      "ACTIVE_SESSION DRAINING": "WAKE_WORD",
      "ACTIVE_SESSION PAUSED": "BOTH",
    },
  },
  numbered: {
    machines: ["continuity"],
    values: {
      "UNLINKED": "DROP",
      "LINKED": "SEND",
      "INTERRUPTED": "KEEP",
    },
  },
  reply: {
    machines: ["turn"],
    values: {
      "NO_TURN": "NONE",
      "ANNOUNCEMENT": "NONE",
      "USER_TURN": "NONE",
      "THINKING": "NONE",
      "SPEAKING": "OPEN",
      "DRAINING": "COMPLETE",
      "PAUSED": "PAUSED",
    },
  },
  unanswered: {
    machines: ["session", "turn"],
    values: {
      "IDLE NO_TURN": false,
      "IDLE ANNOUNCEMENT": false,
      "IDLE USER_TURN": false,
      "IDLE THINKING": false,
      "IDLE SPEAKING": false,
      "IDLE DRAINING": false,
      "IDLE PAUSED": false,
      "LISTENING NO_TURN": false,
      "LISTENING ANNOUNCEMENT": false,
      "LISTENING USER_TURN": false,
      "LISTENING THINKING": false,
      "LISTENING SPEAKING": false,
      "LISTENING DRAINING": false,
      "LISTENING PAUSED": false,
      "HOTWORD_DETECTED NO_TURN": true,
      "HOTWORD_DETECTED ANNOUNCEMENT": true,
      "HOTWORD_DETECTED USER_TURN": true,
      "HOTWORD_DETECTED THINKING": true,
      "HOTWORD_DETECTED SPEAKING": true,
      "HOTWORD_DETECTED DRAINING": true,
      "HOTWORD_DETECTED PAUSED": true,
      "ACTIVE_SESSION NO_TURN": false,
      "ACTIVE_SESSION ANNOUNCEMENT": false,
      "ACTIVE_SESSION USER_TURN": true,
      "ACTIVE_SESSION THINKING": true,
      "ACTIVE_SESSION SPEAKING": false,
      "ACTIVE_SESSION DRAINING": false,
      "ACTIVE_SESSION PAUSED": true,
    },
  },
};

// Seconds; a table is read by step.
export const limits = {
  greeting_limit: 5.0, // system.yaml:111
  backoff: [1.0, 2.0, 4.0, 8.0, 16.0], // system.yaml:112
  stable_after: 10.0, // system.yaml:113
  device_grace: 60.0, // system.yaml:114
  server_grace: 120.0, // system.yaml:115
  answer_limit: 12.0, // system.yaml:116
  brain_limit: 8.0, // system.yaml:117
  handover_limit: 0.3, // system.yaml:118
  session_limit: 900.0, // system.yaml:119
  session_timeout: 30.0, // system.yaml:120
  device_user_turn_limit: 250.0, // system.yaml:121
  device_thinking_limit: 100.0, // system.yaml:122
  device_speaking_limit: 700.0, // system.yaml:123
  device_draining_limit: 30.0, // system.yaml:124
  device_interruption_limit: 200.0, // system.yaml:125
  server_user_turn_limit: 180.0, // system.yaml:126
  server_thinking_limit: 30.0, // system.yaml:127
  server_speaking_limit: 600.0, // system.yaml:128
  server_draining_limit: 180.0, // system.yaml:129
  server_interruption_limit: 130.0, // system.yaml:130
};

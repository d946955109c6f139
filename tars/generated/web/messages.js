// Written by `python -m codegen` from machines/messages.yaml; do not edit.
export const PROTOCOL = 1;
export const SUBPROTOCOL = "tars.v1";

// `correlation`: fields that must equal the receiver's own. `largest`: the most characters of a text, or entries of an object.
export const messages = {
  hello: {"sender": "device", "numbered": false, "correlation": [], "fields": {"proto": "int", "device": "id", "boot": "str", "resume": "bool", "sid": "str", "token": "str", "epoch": "str", "sent": "int", "received": "marks", "heard": "marks", "state": "object"}, "largest": {"boot": 64, "sid": 64, "token": 128, "epoch": 64, "received": 8, "heard": 8, "state": 8}, "optional": []},
  welcome: {"sender": "server", "numbered": false, "correlation": [], "fields": {"proto": "int", "resumed": "bool", "reason": "str", "sid": "str", "token": "str", "epoch": "str", "gen": "int", "received": "marks", "committed": "marks", "state": "object", "limits": "object"}, "largest": {"reason": 200, "sid": 64, "token": 128, "epoch": 64, "received": 8, "committed": 8, "state": 8, "limits": 16}, "optional": []},
  probe: {"sender": "device", "numbered": false, "correlation": [], "fields": {"proto": "int", "device": "id"}, "largest": {}, "optional": []},
  probed: {"sender": "server", "numbered": false, "correlation": [], "fields": {"proto": "int"}, "largest": {}, "optional": []},
  pair_request: {"sender": "device", "numbered": false, "correlation": [], "fields": {"proto": "int", "device": "id", "element": "str"}, "largest": {"element": 66}, "optional": []},
  pair_challenge: {"sender": "server", "numbered": false, "correlation": [], "fields": {"element": "str"}, "largest": {"element": 66}, "optional": []},
  pair_proof: {"sender": "device", "numbered": false, "correlation": [], "fields": {"proof": "str"}, "largest": {"proof": 64}, "optional": []},
  paired: {"sender": "server", "numbered": false, "correlation": [], "fields": {"server": "str", "device": "id", "key": "str", "ca": "str", "proof": "str"}, "largest": {"server": 64, "key": 64, "ca": 16000, "proof": 64}, "optional": []},
  authorities: {"sender": "server", "numbered": false, "correlation": [], "fields": {"ca": "str"}, "largest": {"ca": 16000}, "optional": []},
  authorities_kept: {"sender": "device", "numbered": false, "correlation": [], "fields": {"sha256": "str"}, "largest": {"sha256": 600}, "optional": []},
  goodbye: {"sender": "device", "numbered": false, "correlation": [], "fields": {}, "largest": {}, "optional": []},
  going_away: {"sender": "server", "numbered": false, "correlation": [], "fields": {}, "largest": {}, "optional": []},
  hotword_detected: {"sender": "device", "numbered": true, "correlation": [], "fields": {"session": "id", "uplink": "int", "at": "int", "preroll": "int", "model": "str", "score": "float"}, "largest": {"model": 255}, "optional": []},
  session_started: {"sender": "server", "numbered": true, "correlation": ["session"], "fields": {"session": "id"}, "largest": {}, "optional": []},
  session_refused: {"sender": "server", "numbered": true, "correlation": ["session"], "fields": {"session": "id", "reason": "str"}, "largest": {"reason": 200}, "optional": []},
  session_end: {"sender": "both", "numbered": true, "correlation": ["session"], "fields": {"session": "id", "reason": "str"}, "largest": {"reason": 200}, "optional": []},
  user_turn_end: {"sender": "server", "numbered": true, "correlation": ["session", "turn"], "fields": {"session": "id", "turn": "counter"}, "largest": {}, "optional": []},
  start_of_tts_stream: {"sender": "server", "numbered": true, "correlation": ["session", "turn"], "fields": {"session": "id", "turn": "counter", "stream": "int", "at": "int", "rate": "int"}, "largest": {}, "optional": []},
  tts_stream_end: {"sender": "server", "numbered": true, "correlation": ["session", "turn"], "fields": {"session": "id", "turn": "counter", "stream": "int", "samples": "int"}, "largest": {}, "optional": []},
  playback_complete: {"sender": "device", "numbered": true, "correlation": ["session"], "fields": {"session": "id", "turn": "counter", "stream": "int", "heard": "int", "uplink": "int", "at": "int", "preroll": "int"}, "largest": {}, "optional": []},
  barge_in: {"sender": "device", "numbered": true, "correlation": ["session"], "fields": {"session": "id", "turn": "counter", "stream": "int", "heard": "int", "uplink": "int", "at": "int", "preroll": "int", "model": "str"}, "largest": {"model": 255}, "optional": ["model"]},
  interruption: {"sender": "device", "numbered": true, "correlation": ["session", "turn"], "fields": {"session": "id", "turn": "counter", "stream": "int", "heard": "int", "uplink": "int", "at": "int", "preroll": "int"}, "largest": {}, "optional": []},
  reply_cut: {"sender": "server", "numbered": true, "correlation": ["session", "turn"], "fields": {"session": "id", "turn": "counter"}, "largest": {}, "optional": []},
  reply_resumes: {"sender": "server", "numbered": true, "correlation": ["session", "turn"], "fields": {"session": "id", "turn": "counter"}, "largest": {}, "optional": []},
  ring: {"sender": "server", "numbered": true, "correlation": [], "fields": {"label": "str"}, "largest": {"label": 200}, "optional": []},
  announcement_waits: {"sender": "server", "numbered": true, "correlation": [], "fields": {"session": "id"}, "largest": {}, "optional": []},
  question_waits: {"sender": "server", "numbered": true, "correlation": [], "fields": {"session": "id"}, "largest": {}, "optional": []},
  announcement_wanted: {"sender": "device", "numbered": true, "correlation": [], "fields": {"session": "id", "turn": "counter"}, "largest": {}, "optional": []},
  ack: {"sender": "both", "numbered": false, "correlation": [], "fields": {"received": "marks", "committed": "marks", "heard": "marks"}, "largest": {"received": 8, "committed": 8, "heard": 8}, "optional": []},
  gap: {"sender": "device", "numbered": false, "correlation": [], "fields": {"stream": "int", "at": "int", "samples": "int", "reason": "str"}, "largest": {"reason": 200}, "optional": []},
  ping: {"sender": "both", "numbered": false, "correlation": [], "fields": {"t": "int"}, "largest": {}, "optional": []},
  pong: {"sender": "both", "numbered": false, "correlation": [], "fields": {"t": "int"}, "largest": {}, "optional": []},
};

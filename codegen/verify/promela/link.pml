/* The link: what the sockets and the outboxes of tars/core do. Numbered messages go through an outbox and stay in it until the other
 * side has applied them. On a connection that is dead, or that its other end has to_go, what has arrived may still be read. A greeting
 * that resumes brings what is kept again, one that does not drops it. */
#define NONE 0
#define OPENING 1      /* the device's socket */
#define UP 2
#define BROKEN 3       /* dead, or closed by the server, and the device has not noticed */
#define SAME 1         /* the connection that the server holds: the device's own, */
#define OTHER 2        /* or one that is dead or that the device has to_go */
#define KEPT_NOW 1     /* the record that the device could resume: the one that the server keeps, */
#define OLDER 2        /* one that it no longer keeps, */
#define EARLIER 3      /* one of an earlier life of the server */
#define DEVICE 1
#define SERVER 2
#define IDS 24         /* sessions that anybody can know at once, and one */
#define FRESH 23

byte socket, held, record;
chan greetings = [4] of { byte, byte, byte };                       /* on the device's socket, resume, record */
chan up_flying = [ROOM] of { byte, byte, byte, byte, byte, byte };  /* message, session, turn, resumed, reason, record */
chan up_waiting = [ROOM] of { byte, byte, byte, byte, byte, byte };
chan down_flying = [ROOM] of { byte, byte, byte, byte, byte, byte };
chan down_waiting = [ROOM] of { byte, byte, byte, byte, byte, byte };
bool up_kept = true, down_kept = true;  /* what is flying is in the outbox too */
bool up_passed, down_passed;            /* some of what waits went out before: unless it is sent again, there is a hole */
bool late;                              /* the loss of a connection that was replaced is still to be heard of; only if nothing fences it */
byte up_full, down_full;                /* numbered messages that are not applied; follows from the channels */

/* of one step; 0 between two */
byte node, most, act, same_session, same_turn, greeted, welcomed, outdated, restarts;
mtype cause;

chan asks = [8] of { byte, mtype, byte, byte, byte };  /* what the row asks for: action, message, session, turn, resumed */
SCRATCH byte a_what, a_session, a_turn, a_resumed; SCRATCH mtype a_message;
SCRATCH byte f_message, f_session, f_turn, f_resumed, f_reason, f_record, to_go, back, added, closing, dropped, ids, wrong, cut;
SCRATCH byte g_live, g_resume, g_record;
SCRATCH byte id[IDS], lowest[IDS];
#define FLIGHT f_message, f_session, f_turn, f_resumed, f_reason, f_record
#define open (socket == UP && held == SAME)

inline each_again(channel) { channel!FLIGHT; to_go-- }

inline fly(flying, kept) {
  kept = (len(flying) > 0 -> kept : true);
  flying!FLIGHT
}

inline flush(continuity, holds, flying, waiting, kept, passed) {
  if
  :: continuity == continuity_LINKED && len(waiting) > 0 && (holds) ->
     if
     :: open ->
        if
        :: passed -> wrong = 1; printf("  forbidden: what was under way is not sent again\n")
        :: else
        fi;
        do
        :: len(waiting) > 0 -> waiting?FLIGHT; fly(flying, kept)
        :: else -> break
        od
     :: else -> passed = true
     fi
  :: else
  fi
}
inline flush_up() { flush(device_continuity, socket == UP || socket == BROKEN, up_flying, up_waiting, up_kept, up_passed) }
inline flush_down() { flush(server_continuity, held != NONE, down_flying, down_waiting, down_kept, down_passed) }

/* What flies will not be read: it waits to be sent again, before all else, if it is still kept. */
inline lose(flying, waiting, kept, passed) {
  to_go = len(waiting);
  back = 0;
  do
  :: len(flying) > 0 ->
     flying?FLIGHT;
     if
     :: kept && numbered(f_message) -> waiting!FLIGHT; back = 1
     :: else
     fi
  :: else -> break
  od;
  do
  :: to_go > 0 -> waiting?FLIGHT; waiting!FLIGHT; to_go--
  :: else -> break
  od;
  kept = true;
  passed = passed || back
}
inline lose_up() { lose(up_flying, up_waiting, up_kept, up_passed) }
inline lose_down() { lose(down_flying, down_waiting, down_kept, down_passed) }

inline empty_out(q) {
  do
  :: len(q) > 0 -> q?FLIGHT
  :: else -> break
  od
}

inline device_leaves() {
  closing = 0;
  if
  :: socket == UP || socket == BROKEN ->
     held = (held == SAME -> OTHER : held);
     lose_down();
     do
     :: len(greetings) > 1 -> greetings?g_live, g_resume, g_record
     :: len(greetings) == 1 -> greetings?g_live, g_resume, g_record; greetings!0, g_resume, g_record; break
     :: else -> break
     od
  :: else
  fi;
  socket = NONE
}

inline server_leaves() {
  closing = 0;
  if
  :: held != NONE ->
     lose_up();
     socket = (held == SAME -> BROKEN : socket);
     held = NONE
  :: else
  fi
}

inline breaks() {
  socket = BROKEN;
  held = (held == SAME -> OTHER : held)
}

/* The server keeps something else from now on, or nothing; `life`: it is another server. */
#define older(x, life) ((x) == 0 -> 0 : ((life) -> EARLIER : ((x) == KEPT_NOW -> OLDER : (x))))
inline forget(life) {
  record = older(record, life);
  to_go = len(greetings);
  do
  :: to_go > 0 -> greetings?g_live, g_resume, g_record; greetings!g_live, g_resume, older(g_record, life); to_go--
  :: else -> break
  od;
  to_go = len(down_flying);
  do
  :: to_go > 0 -> down_flying?FLIGHT; f_record = older(f_record, life); each_again(down_flying)
  :: else -> break
  od
}

inline server_is_another() {
  do
  :: len(greetings) > 0 ->
     greetings?g_live, g_resume, g_record;
     socket = (g_live -> BROKEN : socket)
  :: else -> break
  od;
  forget(1)
}

/* --- what rows ask for ----------------------------------------------------------------------------------------------------- */

inline device_drops_record() { empty_out(up_waiting); up_kept = false; up_passed = false; dropped = 1; record = 0 }
inline server_drops_record() { empty_out(down_waiting); down_kept = false; down_passed = false; dropped = 1; forget(0) }

inline device_says() {
  if
  :: a_message == e_hello -> greetings!(socket == UP), (device_continuity == continuity_INTERRUPTED),
                           (device_continuity == continuity_INTERRUPTED -> record : 0)
  :: a_message != e_hello && numbered(a_message) && device_continuity != continuity_UNLINKED ->
     added++;
     up_waiting!a_message, a_session, a_turn, 0, 0, 0;
     flush_up()
  :: a_message != e_hello && !numbered(a_message) && open -> f_message = a_message; f_session = a_session; f_turn = a_turn; f_resumed = 0; f_reason = 0; f_record = 0; fly(up_flying, up_kept)
  :: else
  fi
}

inline server_says() {
  if
  :: numbered(a_message) && server_continuity != continuity_UNLINKED ->
     added++;
     down_waiting!a_message, a_session, a_turn, 0, 0, 0;
     flush_down()
  :: !numbered(a_message) ->
     if
     :: a_message == e_welcome && a_resumed && greeted != KEPT_NOW -> wrong = 1; printf("  forbidden: resumes what the device does not have\n")
     :: else
     fi;
     if
     :: open ->
        f_message = a_message; f_session = a_session; f_turn = a_turn; f_resumed = a_resumed;
        f_reason = (a_message == e_welcome && greeted == EARLIER -> text_epoch_changed : 0);
        f_record = (a_message == e_welcome -> KEPT_NOW : 0);
        fly(down_flying, down_kept)
     :: else
     fi
  :: else
  fi
}

/* What a machine has asked for, in order; continuity is as the row has to_go it. */
inline link_does() {
  do
  :: len(asks) > 0 ->
     asks?a_what, a_message, a_session, a_turn, a_resumed;
     if
     :: node == DEVICE ->
        if
        :: a_what == do_say -> device_says()
        :: a_what == do_open_socket -> device_leaves(); socket = OPENING
        :: a_what == do_abort_socket -> device_leaves()
        :: a_what == do_flush_and_close -> closing = 1
        :: a_what == do_new_record -> device_drops_record(); record = welcomed
        :: a_what == do_drop_record -> device_drops_record()
        :: a_what == do_send_unacknowledged_again -> up_passed = false
        fi
     :: node == SERVER ->
        if
        :: a_what == do_say -> server_says()
        :: a_what == do_abort_socket || a_what == do_close_socket -> server_leaves()
        :: a_what == do_flush_and_close -> closing = 1
        :: a_what == do_new_record || a_what == do_drop_record -> server_drops_record()
        :: a_what == do_send_unacknowledged_again -> down_passed = false
        fi
     fi
  :: else -> break
  od
}

/* --- what happens ---------------------------------------------------------------------------------------------------------- */

inline arrives(flying, kept) {
  flying?FLIGHT;
  kept = (len(flying) == 0 -> true : kept)
}

/* The server reads the next greeting; what the device said on the connection before is lost. */
inline accepts() {
  greetings?g_live, g_resume, g_record;
  greeted = g_record;
  late = late || (UNFENCED && held != NONE);
  lose_up();
  held = (g_live && socket == UP -> SAME : OTHER)
}

inline device_ends() {
  device_leaves();
  empty_out(up_waiting); up_kept = (len(up_flying) == 0); up_passed = false;
  record = 0
}
inline server_ends() {
  late = false;
  server_leaves();
  empty_out(down_waiting); down_kept = (len(down_flying) == 0); down_passed = false;
  server_is_another()
}

/* --- the state afterwards, so that states that mean the same are the same --------------------------------------------------- */

/* What waits for a resume that is no longer possible will be dropped by the next greeting; until then nobody can tell. */
inline forget_what_nobody_can_resume() {
  if
  :: !open ->
     if
     :: record != KEPT_NOW -> empty_out(up_waiting); up_kept = (len(up_flying) == 0); up_passed = false
     :: else
     fi;
     back = (record == KEPT_NOW);
     to_go = len(greetings);
     do
     :: to_go > 0 -> greetings?g_live, g_resume, g_record; back = back || (g_record == KEPT_NOW); greetings!g_live, g_resume, g_record; to_go--
     :: else -> break
     od;
     to_go = len(down_flying);
     do
     :: to_go > 0 -> down_flying?FLIGHT; back = back || (f_record == KEPT_NOW); each_again(down_flying)
     :: else -> break
     od;
     if
     :: !back -> empty_out(down_waiting); down_kept = (len(down_flying) == 0); down_passed = false
     :: else
     fi
  :: else
  fi
}

/* Sessions are numbered in the order in which they are met, the turns of each counted from the lowest that anybody knows. */
inline meet(session, turn) {
  if
  :: session > 0 && id[session] == 0 -> ids++; id[session] = ids
  :: else
  fi;
  if
  :: turn > 0 && (lowest[session] == 0 || turn < lowest[session]) -> lowest[session] = turn
  :: else
  fi
}
#define renamed(turn, session) (turn > 0 -> turn - lowest[session] + 1 : 0)
inline meet_all(q) {
  to_go = len(q);
  do
  :: to_go > 0 -> q?FLIGHT; meet(f_session, f_turn); each_again(q)
  :: else -> break
  od
}
inline rename_all(q) {
  to_go = len(q);
  do
  :: to_go > 0 -> q?FLIGHT; f_turn = renamed(f_turn, f_session); f_session = id[f_session]; each_again(q)
  :: else -> break
  od
}
inline rename() {
  ids = 0; to_go = 0;
  do
  :: to_go < IDS -> id[to_go] = 0; lowest[to_go] = 0; to_go++
  :: else -> break
  od;
  meet(device_session_session, device_turn_turn);
  meet(server_session_session, server_turn_turn);
  meet_all(up_flying); meet_all(up_waiting); meet_all(down_flying); meet_all(down_waiting);
  device_turn_turn = renamed(device_turn_turn, device_session_session); device_session_session = id[device_session_session];
  server_turn_turn = renamed(server_turn_turn, server_session_session); server_session_session = id[server_session_session];
  rename_all(up_flying); rename_all(up_waiting); rename_all(down_flying); rename_all(down_waiting)
}

inline count(q, total) {
  to_go = len(q);
  do
  :: to_go > 0 -> q?FLIGHT; total = total + numbered(f_message); each_again(q)
  :: else -> break
  od
}

inline link_settles() {
  if
  :: node == DEVICE ->
     flush_up();
     if
     :: closing -> device_leaves()
     :: else
     fi;
     record = (device_continuity == continuity_UNLINKED -> 0 : record)
  :: node == SERVER ->
     flush_down();
     if
     :: closing -> server_leaves()
     :: else
     fi
  :: else
  fi;
  if
  :: restarts -> server_is_another()
  :: else
  fi;
  forget_what_nobody_can_resume();
  rename();
  /* nothing new is said while so much is under way; act: something has just arrived */
  cut = (!dropped && added > 0 && (node == DEVICE -> up_full : down_full) + added > most + act);
  up_full = 0; down_full = 0;
  count(up_flying, up_full); count(up_waiting, up_full); count(down_flying, down_full); count(down_waiting, down_full);
  cut = cut || up_full > most || down_full > most
}

inline link_vanishes() {
  late = false;
  socket = NONE; held = NONE; record = 0;
  empty_out(up_flying); empty_out(up_waiting); empty_out(down_flying); empty_out(down_waiting);
  up_kept = true; down_kept = true; up_passed = false; down_passed = false; up_full = 0; down_full = 0;
  do
  :: len(greetings) > 0 -> greetings?g_live, g_resume, g_record
  :: else -> break
  od
}
inline empty_todo() {
  do
  :: len(todo) > 0 -> todo?to, event, PAYLOAD
  :: else -> break
  od
}

inline link_clears() {
  a_what = 0; a_message = 0; a_session = 0; a_turn = 0; a_resumed = 0;
  f_message = 0; f_session = 0; f_turn = 0; f_resumed = 0; f_reason = 0; f_record = 0;
  to_go = 0; back = 0; added = 0; closing = 0; dropped = 0; ids = 0; wrong = 0; cut = 0;
  g_live = 0; g_resume = 0; g_record = 0;
  do
  :: to_go < IDS -> id[to_go] = 0; lowest[to_go] = 0; to_go++
  :: else -> break
  od;
  to_go = 0;
  node = 0; most = 0; act = 0; same_session = 0; same_turn = 0; greeted = 0; welcomed = 0; outdated = 0; restarts = 0; cause = 0
}

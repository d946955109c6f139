/* The link: connections and outboxes. A numbered message stays in the outbox of its sender until the other side has applied it.
 * On a connection that is broken, or that its other end has closed, messages that have arrived may still be read. After a greeting that
 * resumes, the outbox is sent again. After any other greeting it is dropped. */
#define NONE 0
#define OPENING 1      /* the dialer's connection */
#define UP 2
#define BROKEN 3       /* broken, or closed by the listener, and the dialer has not noticed */
#define SAME 1         /* the connection of the listener: the dialer's current one, */
#define OTHER 2        /* or one that is broken or that the dialer has dropped */
#define KEPT_NOW 1     /* the record that the dialer could resume: the one that the listener keeps, */
#define OLDER 2        /* one that it no longer keeps, */
#define EARLIER 3      /* one of an earlier process of the listener */
#define DIALER 1
#define LISTENER 2
#define FRESH 23

byte socket, held, record;
chan greetings = [4] of { byte, byte, byte };                       /* on the dialer's connection, resume, record */
chan up_flying = [ROOM] of { FLIGHT_TYPES };  /* message, correlation values, resumed, reason, record */
chan up_waiting = [ROOM] of { FLIGHT_TYPES };
chan down_flying = [ROOM] of { FLIGHT_TYPES };
chan down_waiting = [ROOM] of { FLIGHT_TYPES };
bool up_kept = true, down_kept = true;  /* the messages under way are in the outbox too */
bool up_passed, down_passed;            /* some waiting messages were sent before: unless they are sent again, one is missing */
bool late;                              /* the loss of a connection that was replaced has not been reported yet; only without the fence */
byte up_full, down_full;                /* numbered messages that are not applied; computed from the channels */

/* variables of one step; 0 between steps */
byte node, most, act, greeted, answered, outdated, restarts;
mtype cause;

chan asks = [8] of { byte, mtype, ASK_TYPES };  /* what the row asks for: action, message, correlation values, resumed, reason */
SCRATCH byte a_what, a_resumed, a_reason; SCRATCH mtype a_message;
SCRATCH byte f_message, f_resumed, f_reason, f_record, to_go, back, added, closing, dropped, wrong, cut;
SCRATCH byte g_live, g_resume, g_record;
#define open (socket == UP && held == SAME)

inline each_again(channel) { channel!FLIGHT; to_go-- }

inline fly(flying, kept) {
  kept = (len(flying) > 0 -> kept : true);
  flying!FLIGHT
}

inline flush(linked, holds, flying, waiting, kept, passed) {
  if
  :: linked && len(waiting) > 0 && (holds) ->
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
inline flush_up() { flush(dialer_linked, socket == UP || socket == BROKEN, up_flying, up_waiting, up_kept, up_passed) }
inline flush_down() { flush(listener_linked, held != NONE, down_flying, down_waiting, down_kept, down_passed) }

/* The messages under way are lost. Those that are kept wait to be sent again, before all others. */
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

inline dialer_leaves() {
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

inline listener_leaves() {
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

/* The listener drops its record, or begins another one. `life`: it is another process. */
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

inline listener_is_another() {
  do
  :: len(greetings) > 0 ->
     greetings?g_live, g_resume, g_record;
     socket = (g_live -> BROKEN : socket)
  :: else -> break
  od;
  forget(1)
}

/* --- what rows ask for ----------------------------------------------------------------------------------------------------- */

inline dialer_drops_record() { empty_out(up_waiting); up_kept = false; up_passed = false; dropped = 1; record = 0 }
inline listener_drops_record() { empty_out(down_waiting); down_kept = false; down_passed = false; dropped = 1; forget(0) }

inline dialer_says() {
  if
  :: a_message == GREETING -> greetings!(socket == UP), (dialer_kept),
                           (dialer_kept -> record : 0)
  :: a_message != GREETING && numbered(a_message) && !dialer_apart ->
     added++;
     up_waiting!A_FLIGHT;
     flush_up()
  :: a_message != GREETING && !numbered(a_message) && open -> f_message = a_message; takes_values(); f_resumed = 0; f_reason = a_reason; f_record = 0; fly(up_flying, up_kept)
  :: else
  fi
}

inline listener_says() {
  if
  :: numbered(a_message) && !listener_apart ->
     added++;
     down_waiting!A_FLIGHT;
     flush_down()
  :: !numbered(a_message) ->
     if
     :: a_message == ANSWER && a_resumed && greeted != KEPT_NOW -> wrong = 1; printf("  forbidden: resumes what the dialer does not have\n")
     :: else
     fi;
     if
     :: open ->
        f_message = a_message; takes_values(); f_resumed = a_resumed;
        f_reason = (a_message == ANSWER && greeted == EARLIER -> RESTARTED : a_reason);
        f_record = (a_message == ANSWER -> KEPT_NOW : 0);
        fly(down_flying, down_kept)
     :: else
     fi
  :: else
  fi
}

/* Carry out what a machine has asked for, in order. The link's machine is in the target state of the row. */
inline link_does() {
  do
  :: len(asks) > 0 ->
     asks?a_what, a_message, A_VALUES;
     if
     :: node == DIALER ->
        if
        :: a_what == do_say -> dialer_says()
        :: opens(a_what) -> dialer_leaves(); socket = OPENING
        :: leaves(a_what) -> dialer_leaves()
        :: closes(a_what) -> closing = 1
        :: begins(a_what) -> dialer_drops_record(); record = answered
        :: drops(a_what) -> dialer_drops_record()
        :: repeats_all(a_what) -> up_passed = false
        fi
     :: node == LISTENER ->
        if
        :: a_what == do_say -> listener_says()
        :: leaves(a_what) -> listener_leaves()
        :: closes(a_what) -> closing = 1
        :: begins(a_what) || drops(a_what) -> listener_drops_record()
        :: repeats_all(a_what) -> down_passed = false
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

/* The listener reads the next greeting. Messages on the dialer's connection before that are lost. */
inline accepts() {
  greetings?g_live, g_resume, g_record;
  greeted = g_record;
  late = late || (UNFENCED && held != NONE);
  lose_up();
  held = (g_live && socket == UP -> SAME : OTHER)
}

inline dialer_ends() {
  dialer_leaves();
  empty_out(up_waiting); up_kept = (len(up_flying) == 0); up_passed = false;
  record = 0
}
inline listener_ends() {
  late = false;
  listener_leaves();
  empty_out(down_waiting); down_kept = (len(down_flying) == 0); down_passed = false;
  listener_is_another()
}

/* --- the state after a step, normalised: states with the same meaning become equal --------------------------------------------------- */

/* Messages that wait for a resume that is no longer possible are dropped at once, not at the next greeting. Nothing shows the difference. */
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

/* --- values */
inline count(q, total) {
  to_go = len(q);
  do
  :: to_go > 0 -> q?FLIGHT; total = total + numbered(f_message); each_again(q)
  :: else -> break
  od
}

inline link_settles() {
  if
  :: node == DIALER ->
     flush_up();
     if
     :: closing -> dialer_leaves()
     :: else
     fi;
     record = (dialer_apart -> 0 : record)
  :: node == LISTENER ->
     flush_down();
     if
     :: closing -> listener_leaves()
     :: else
     fi
  :: else
  fi;
  if
  :: restarts -> listener_is_another()
  :: else
  fi;
  forget_what_nobody_can_resume();
  rename();
  /* the bound on messages under way; act: 1 if something has just arrived; what is said from outside in one step counts as one */
  if
  :: most == MESSAGES && added > 1 -> most = most + added - 1
  :: else
  fi;
  cut = (!dropped && added > 0 && (node == DIALER -> up_full : down_full) + added > most + act);
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
  a_what = 0; a_message = 0; a_resumed = 0; a_reason = 0;
  f_message = 0; f_resumed = 0; f_reason = 0; f_record = 0;
  clears_values();
  back = 0; added = 0; closing = 0; dropped = 0; wrong = 0; cut = 0;
  g_live = 0; g_resume = 0; g_record = 0;
  to_go = 0;
  node = 0; most = 0; act = 0; greeted = 0; answered = 0; outdated = 0; restarts = 0; cause = 0
}

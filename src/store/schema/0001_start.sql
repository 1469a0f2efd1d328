-- 0001_start.sql — the first shape of the store.
--
-- One text for SQLite and PostgreSQL: BIGINT, INTEGER, TEXT, {BLOB} and {STRICT} are replaced for
-- the engine. Ids are 64 bits, time-ordered and made by the program. Instants are UTC
-- milliseconds (…_ms); local_date is the hall's own day as yyyymmdd. Every table names its hall.
--
-- Facts are appended and never updated. Only the tables under "What moves" hold states, leases
-- and roll-ups that change; phones and words are in tables of their own that can be erased.

-- == The hall ==================================================================================
-- Master data is appended too: the newest row of a code counts, a row with ended = 1 ends it, and
-- a case keeps pointing to the row that was in force when it was handled.

CREATE TABLE halls (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,               -- the same for all versions: the hall's own number
    code TEXT NOT NULL,                 -- as in the hall file
    name TEXT NOT NULL,
    county TEXT NOT NULL,
    timezone TEXT NOT NULL,             -- name in the tz database
    signature TEXT NOT NULL,            -- what stands between 【 and 】
    base_url TEXT NOT NULL,             -- '' where the hall has no public address
    hours TEXT NOT NULL,                -- office hours as JSON pairs
    calendar TEXT NOT NULL,             -- own days off and days worked as JSON, '{}' for none
    since_ms BIGINT NOT NULL
) {STRICT};

CREATE TABLE hall_files (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    body {BLOB} NOT NULL,               -- the hall file as imported, sealed: it holds staff phones
    at_ms BIGINT NOT NULL
) {STRICT};

CREATE TABLE departments (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    credit_code TEXT NOT NULL,          -- 18 characters, or ''
    ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
    since_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX departments_code ON departments (hall, code, id);

CREATE TABLE series (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    code TEXT NOT NULL,                 -- the letter on the ticket
    name TEXT NOT NULL,
    ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
    since_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX series_code ON series (hall, code, id);

CREATE TABLE matters (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL,
    department_id BIGINT NOT NULL REFERENCES departments (id),
    series_code TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('instant', 'promise')),
    statutory_days INTEGER NOT NULL,
    promised_days INTEGER NOT NULL,
    usual_days INTEGER NOT NULL,
    sensitive INTEGER NOT NULL CHECK (sensitive IN (0, 1)),
    form TEXT NOT NULL CHECK (form IN ('overall', 'four')),
    ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
    since_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX matters_code ON matters (hall, code, id);

CREATE TABLE windows (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    floor INTEGER NOT NULL,
    department_id BIGINT NOT NULL REFERENCES departments (id),
    matters TEXT NOT NULL,              -- 'all' of the department, or ' code code ' parted by blanks
    ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
    since_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX windows_code ON windows (hall, code, id);

CREATE TABLE clerks (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    window_code TEXT NOT NULL,          -- usual place, '' for none
    ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
    since_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX clerks_code ON clerks (hall, code, id);

CREATE TABLE kiosks (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    code TEXT NOT NULL,
    printer TEXT NOT NULL,              -- name in the settings, or 'preview'
    ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
    since_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX kiosks_code ON kiosks (hall, code, id);

-- == Phones and words: sealed, and erasable ====================================================

CREATE TABLE phones (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    token {BLOB} NOT NULL,              -- keyed hash of the E.164 number, for look-up
    sealed {BLOB} NOT NULL              -- the number, AES-256-GCM, bound to table and id
) {STRICT};
CREATE UNIQUE INDEX phones_token ON phones (hall, token);

CREATE TABLE agents (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    code TEXT NOT NULL,                 -- the phone's id as text: an agent is its phone
    name TEXT NOT NULL,
    phone_id BIGINT NOT NULL REFERENCES phones (id),
    ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
    since_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX agents_phone ON agents (hall, phone_id, id);

CREATE TABLE words (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    sealed {BLOB} NOT NULL              -- what a citizen wrote, or a gateway's raw request
) {STRICT};

-- == Tickets and cases =========================================================================

CREATE TABLE tickets (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    local_date INTEGER NOT NULL,
    series_code TEXT NOT NULL,
    serial INTEGER NOT NULL,            -- 1.. per hall, day and series, without a gap
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    phone_id BIGINT,                    -- NULL where none was left
    lang TEXT NOT NULL,
    kiosk_code TEXT,                    -- where it was taken
    short_code TEXT NOT NULL,           -- 8 symbols to type
    ahead INTEGER NOT NULL,             -- people ahead when it was taken
    wait_low INTEGER,                   -- estimate in minutes when it was taken
    wait_high INTEGER,
    taken_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX tickets_number ON tickets (hall, local_date, series_code, serial);
CREATE UNIQUE INDEX tickets_short ON tickets (hall, local_date, short_code);

CREATE TABLE events (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    kind TEXT NOT NULL,                 -- taken called recalled started … closed reopened undone
    ticket_id BIGINT,
    case_id BIGINT,
    window_id BIGINT,
    clerk_id BIGINT,
    actor TEXT NOT NULL,                -- 'key 12…', 'device …', 'account …', 'citizen', 'clockwork'
    detail TEXT,                        -- reason, outcome or number of the thing concerned
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX events_ticket ON events (ticket_id, id) WHERE ticket_id IS NOT NULL;
CREATE INDEX events_case ON events (case_id, id) WHERE ticket_id IS NULL AND case_id IS NOT NULL;

CREATE TABLE services (
    id BIGINT PRIMARY KEY,              -- one visit at one window, written when it ends
    hall BIGINT NOT NULL,
    series_code TEXT NOT NULL,
    ticket_id BIGINT NOT NULL REFERENCES tickets (id),
    window_id BIGINT NOT NULL,
    clerk_id BIGINT NOT NULL,
    waited_ms BIGINT NOT NULL,
    started_ms BIGINT NOT NULL,
    ended_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX services_series ON services (hall, series_code, id);

-- == Invitations, messages, replies ============================================================

CREATE TABLE invitations (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    case_id BIGINT NOT NULL,            -- exactly one decision a case
    phone_id BIGINT,
    decision TEXT NOT NULL CHECK (decision IN ('send', 'delayed', 'asked_together', 'capped',
                                               'opted_out', 'no_phone', 'excluded')),
    reason TEXT NOT NULL,               -- why, in one word or clause
    message_id BIGINT,                  -- the SMS that asks, NULL where none will
    due_ms BIGINT,
    decided_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX invitations_case ON invitations (case_id);
CREATE INDEX invitations_message ON invitations (message_id) WHERE message_id IS NOT NULL;

CREATE TABLE message_states (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    message_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    detail TEXT,                        -- the gateway's own word, or ours
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX message_states_message ON message_states (message_id, id);

CREATE TABLE readings (
    id BIGINT PRIMARY KEY,              -- what was made of one inbound message
    hall BIGINT NOT NULL,
    inbound_id BIGINT NOT NULL,
    outcome TEXT NOT NULL,              -- as read-reply says, or delivered, undelivered …
    act TEXT NOT NULL,                  -- rated corrected asked_back late unlinked optout notme reason …
    proof TEXT NOT NULL,                -- P0 .. P5
    conversation_id BIGINT,
    case_id BIGINT,                     -- NULL: unlinked
    rating_id BIGINT,
    message_id BIGINT,                  -- the message a report speaks of
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX readings_inbound ON readings (inbound_id);
CREATE INDEX readings_case ON readings (case_id, id) WHERE case_id IS NOT NULL;

CREATE TABLE optouts (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    phone_id BIGINT NOT NULL,
    inbound_id BIGINT,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX optouts_phone ON optouts (phone_id, id);

CREATE TABLE optout_ends (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    optout_id BIGINT NOT NULL REFERENCES optouts (id),
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX optout_ends_optout ON optout_ends (optout_id);

-- == Ratings ===================================================================================

CREATE TABLE ratings (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    round INTEGER NOT NULL CHECK (round IN (0, 1)), -- 0 as first given, 1 corrected: the later counts
    grade INTEGER CHECK (grade BETWEEN 1 AND 5),    -- NULL where four were given instead
    attitude INTEGER CHECK (attitude BETWEEN 1 AND 5),
    efficiency INTEGER CHECK (efficiency BETWEEN 1 AND 5),
    quality INTEGER CHECK (quality BETWEEN 1 AND 5),
    integrity INTEGER CHECK (integrity BETWEEN 1 AND 5),
    channel TEXT NOT NULL CHECK (channel IN ('sms', 'ticket_qr', 'ticket_sms', 'desk', 'paper',
                                             'phone_audit')),
    proof TEXT NOT NULL CHECK (proof IN ('P1', 'P2', 'P3', 'P4', 'P5')),
    inbound_id BIGINT,                  -- the reply it was read from
    receipt TEXT NOT NULL,              -- 16 symbols
    delay_s BIGINT NOT NULL,            -- seconds since the case was closed
    local_date INTEGER NOT NULL,
    rated_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX ratings_case ON ratings (case_id, round);
CREATE INDEX ratings_receipt ON ratings (hall, local_date, receipt);

CREATE TABLE rating_details (
    id BIGINT PRIMARY KEY,              -- what was added afterwards; the newest of a case counts
    hall BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    rating_id BIGINT NOT NULL REFERENCES ratings (id),
    attitude INTEGER CHECK (attitude BETWEEN 1 AND 5),
    efficiency INTEGER CHECK (efficiency BETWEEN 1 AND 5),
    quality INTEGER CHECK (quality BETWEEN 1 AND 5),
    integrity INTEGER CHECK (integrity BETWEEN 1 AND 5),
    tags TEXT NOT NULL,                 -- codes parted by commas, '' for none
    tag_set INTEGER NOT NULL,           -- version of the national list
    words_id BIGINT,                    -- the comment
    contact INTEGER CHECK (contact IN (0, 1)), -- may we ring? NULL: did not say
    inbound_id BIGINT,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX rating_details_case ON rating_details (case_id, id);

CREATE TABLE notes (
    id BIGINT PRIMARY KEY,              -- words about a case that make no rating: late, or besides
    hall BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    words_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    inbound_id BIGINT,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX notes_case ON notes (case_id, id);

CREATE TABLE work_orders (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    rating_id BIGINT NOT NULL REFERENCES ratings (id),
    case_id BIGINT NOT NULL,
    state TEXT NOT NULL,                -- 'open'; what follows are later facts
    contact_due_ms BIGINT NOT NULL,
    fix_due_ms BIGINT NOT NULL,
    opened_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX work_orders_rating ON work_orders (rating_id);
CREATE INDEX work_orders_case ON work_orders (case_id);

-- == People and machines =======================================================================

CREATE TABLE accounts (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    name TEXT NOT NULL,                 -- what is typed at log-in
    role TEXT NOT NULL CHECK (role IN ('system', 'security', 'audit', 'clerk', 'window_head',
                              'department', 'hall', 'organisation', 'inspection')),
    created_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX accounts_name ON accounts (hall, name);

CREATE TABLE passwords (
    id BIGINT PRIMARY KEY,              -- the newest of an account counts
    hall BIGINT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    hash TEXT NOT NULL,                 -- scrypt$N$r$p$salt$hash
    set_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX passwords_account ON passwords (account_id, id);

CREATE TABLE api_keys (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('machine', 'desk', 'integration', 'display', 'auditor')),
    name TEXT NOT NULL,
    secret {BLOB} NOT NULL,             -- SHA-256 of the secret half
    created_ms BIGINT NOT NULL
) {STRICT};

CREATE TABLE api_key_ends (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    api_key_id BIGINT NOT NULL REFERENCES api_keys (id),
    actor TEXT NOT NULL,
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX api_key_ends_key ON api_key_ends (api_key_id);

CREATE TABLE devices (
    id BIGINT PRIMARY KEY,              -- a browser that is a kiosk or a desk
    hall BIGINT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('machine', 'desk')),
    name TEXT NOT NULL,
    secret {BLOB} NOT NULL,             -- SHA-256 of the cookie
    created_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX devices_secret ON devices (secret);

CREATE TABLE audit_events (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT,
    at_ms BIGINT NOT NULL
) {STRICT};

-- == What moves: queue states, leases, roll-ups ================================================

CREATE TABLE series_days (
    hall BIGINT NOT NULL,
    local_date INTEGER NOT NULL,
    series_code TEXT NOT NULL,
    last INTEGER NOT NULL,              -- the newest serial
    waiting INTEGER NOT NULL,           -- how many wait now
    PRIMARY KEY (hall, local_date, series_code)
) {STRICT};

CREATE TABLE queue (
    ticket_id BIGINT PRIMARY KEY REFERENCES tickets (id),
    hall BIGINT NOT NULL,
    local_date INTEGER NOT NULL,
    series_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,          -- what it waits for
    department_code TEXT NOT NULL,      -- whose matter that is
    state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'serving', 'held', 'missed',
                                         'cancelled', 'done')),
    place_ms BIGINT NOT NULL,           -- who waits longest is called first
    window_code TEXT,                   -- called to, serving at, or waiting for this one only
    clerk_id BIGINT,
    calls INTEGER NOT NULL,
    called_ms BIGINT,                   -- first call of this turn
    started_ms BIGINT,
    changed_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX queue_waiting ON queue (hall, local_date, series_code, place_ms, ticket_id)
    WHERE state = 'waiting';
CREATE INDEX queue_calling ON queue (hall, local_date, department_code, place_ms, ticket_id)
    WHERE state = 'waiting';
CREATE INDEX queue_open ON queue (hall, state, changed_ms) WHERE state IN ('called', 'serving',
    'held', 'missed');

CREATE TABLE cases (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    ticket_id BIGINT REFERENCES tickets (id), -- NULL: handled in another system
    ordinal INTEGER NOT NULL,           -- 1.. on its ticket
    source TEXT NOT NULL,               -- 'yiping' or the other system's name
    case_no TEXT NOT NULL,
    matter_id BIGINT NOT NULL REFERENCES matters (id),
    window_id BIGINT NOT NULL REFERENCES windows (id),
    clerk_id BIGINT NOT NULL REFERENCES clerks (id),
    phone_id BIGINT,
    parent_id BIGINT,                   -- the parallel approval that it is part of
    state TEXT NOT NULL CHECK (state IN ('waiting', 'serving', 'accepted', 'paused', 'closed')),
    outcome TEXT CHECK (outcome IN ('done', 'refused', 'withdrawn')),
    opened_ms BIGINT NOT NULL,
    accepted_ms BIGINT,
    closed_ms BIGINT,
    rate_until_ms BIGINT,               -- end of the time in which it may be rated
    changed_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX cases_no ON cases (hall, source, case_no);
CREATE INDEX cases_ticket ON cases (ticket_id, ordinal) WHERE ticket_id IS NOT NULL;

CREATE TABLE desks (
    hall BIGINT NOT NULL,
    window_code TEXT NOT NULL,
    ticket_id BIGINT,                   -- whom it calls or serves now
    clerk_id BIGINT,
    paused_reason TEXT,                 -- NULL: open
    acted_ms BIGINT NOT NULL,
    undo_event_id BIGINT,               -- the act that may be undone, and how things stood before
    undo_kind TEXT,
    undo_ticket_id BIGINT,
    undo_state TEXT,
    undo_window TEXT,
    undo_until_ms BIGINT,
    PRIMARY KEY (hall, window_code)
) {STRICT};

CREATE TABLE messages (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    kind TEXT NOT NULL,                 -- key of the template
    lang TEXT NOT NULL,
    phone_id BIGINT NOT NULL,
    conversation_id BIGINT,             -- the survey that it belongs to, once claimed
    case_id BIGINT,                     -- what it speaks of; a survey's cases are in message_cases
    detail TEXT,                        -- values that only this message has, as JSON
    gateway TEXT,                       -- which one took it
    sender TEXT,                        -- the number it comes from, slot included
    body TEXT,                          -- as rendered when it was claimed
    state TEXT NOT NULL CHECK (state IN ('NEW', 'CLAIMED', 'SUBMITTING', 'ACCEPTED', 'REFUSED',
                                         'RETRY', 'UNKNOWN', 'DELIVERED', 'UNDELIVERED',
                                         'EXPIRED', 'NO_REPORT', 'WITHDRAWN')),
    reason TEXT,                        -- why REFUSED, WITHDRAWN …
    attempt INTEGER NOT NULL,
    due_ms BIGINT NOT NULL,             -- not before
    expires_ms BIGINT NOT NULL,         -- not after
    lease_ms BIGINT,                    -- a claim ends then
    gateway_ref TEXT,                   -- the gateway's own id
    accepted_ms BIGINT,
    changed_ms BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX messages_due ON messages (hall, due_ms, id) WHERE state IN ('NEW', 'RETRY');
CREATE INDEX messages_open ON messages (hall, state, changed_ms)
    WHERE state IN ('CLAIMED', 'SUBMITTING', 'UNKNOWN');
CREATE INDEX messages_accepted ON messages (hall, accepted_ms) WHERE state = 'ACCEPTED';
CREATE INDEX messages_phone ON messages (phone_id, id);
CREATE INDEX messages_case ON messages (case_id, id) WHERE case_id IS NOT NULL;

CREATE TABLE message_cases (
    message_id BIGINT NOT NULL REFERENCES messages (id),
    ordinal INTEGER NOT NULL,           -- 1..3
    hall BIGINT NOT NULL,
    case_id BIGINT NOT NULL,
    letter TEXT,                        -- given when it is claimed and asks for several
    PRIMARY KEY (message_id, ordinal)
) {STRICT};
CREATE INDEX message_cases_case ON message_cases (case_id);

CREATE TABLE conversations (
    id BIGINT PRIMARY KEY,              -- one survey sent, and what was said since
    hall BIGINT NOT NULL,
    phone_id BIGINT NOT NULL,
    message_id BIGINT NOT NULL REFERENCES messages (id),
    gateway TEXT NOT NULL,
    sender TEXT NOT NULL,               -- a reply to this number answers this survey
    slot INTEGER NOT NULL,              -- 10..99, 0 where the gateway carries none
    form TEXT NOT NULL CHECK (form IN ('overall', 'four')),
    state TEXT NOT NULL,                -- what a digit means now (domain/conversation.h)
    clarified INTEGER NOT NULL CHECK (clarified IN (0, 1)), -- asked back once already
    opened_ms BIGINT NOT NULL,
    until_ms BIGINT NOT NULL,           -- answers count until then
    changed_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX conversations_phone ON conversations (phone_id, id);
CREATE INDEX conversations_message ON conversations (message_id);

CREATE TABLE inbound (
    id BIGINT PRIMARY KEY,              -- a gateway's call as it came, before anybody read it
    hall BIGINT NOT NULL,
    gateway TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reply', 'report')),
    once TEXT NOT NULL,                 -- the gateway's id, or a hash: the same twice is one
    phone_id BIGINT,
    recipient TEXT NOT NULL,            -- our number that it was sent to
    words_id BIGINT NOT NULL REFERENCES words (id),
    state TEXT NOT NULL CHECK (state IN ('NEW', 'READ')),
    received_ms BIGINT NOT NULL
) {STRICT};
CREATE UNIQUE INDEX inbound_once ON inbound (hall, gateway, kind, once);
CREATE INDEX inbound_new ON inbound (hall, id) WHERE state = 'NEW';
CREATE INDEX inbound_phone ON inbound (phone_id, id) WHERE phone_id IS NOT NULL;

CREATE TABLE print_jobs (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    ticket_id BIGINT NOT NULL REFERENCES tickets (id),
    printer TEXT NOT NULL,
    copy INTEGER NOT NULL,              -- 0 the first paper, 1.. reprints, marked as such
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'printed', 'unconfirmed',
                                         'failed')),
    reason TEXT,
    changed_ms BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX print_jobs_open ON print_jobs (hall, printer, id)
    WHERE state IN ('queued', 'sending');
CREATE INDEX print_jobs_ticket ON print_jobs (ticket_id, id);

CREATE TABLE sessions (
    id {BLOB} PRIMARY KEY,              -- SHA-256 of the cookie
    hall BIGINT NOT NULL,
    account_id BIGINT NOT NULL REFERENCES accounts (id),
    created_ms BIGINT NOT NULL,
    seen_ms BIGINT NOT NULL,
    ended_ms BIGINT
) {STRICT};
CREATE INDEX sessions_account ON sessions (account_id, created_ms);

CREATE TABLE login_failures (
    id BIGINT PRIMARY KEY,
    hall BIGINT NOT NULL,
    subject TEXT NOT NULL,              -- 'name …' or 'address …'
    at_ms BIGINT NOT NULL
) {STRICT};
CREATE INDEX login_failures_subject ON login_failures (hall, subject, at_ms);

CREATE TABLE links (
    id {BLOB} PRIMARY KEY,              -- SHA-256 of what stands in the address
    hall BIGINT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('first_run', 'device', 'login')),
    subject TEXT NOT NULL,              -- role and name of the device, or the account's id
    expires_ms BIGINT NOT NULL,
    used_ms BIGINT
) {STRICT};

CREATE TABLE idempotency (
    api_key_id BIGINT NOT NULL,
    route TEXT NOT NULL,
    token TEXT NOT NULL,                -- what the client sent
    hall BIGINT NOT NULL,
    body {BLOB} NOT NULL,               -- SHA-256 of the body
    fact_id BIGINT NOT NULL,            -- what the answer is rebuilt from
    made INTEGER NOT NULL CHECK (made IN (0, 1)), -- did it make the fact, or find it there?
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (api_key_id, route, token)
) {STRICT};
CREATE INDEX idempotency_created ON idempotency (created_ms);

CREATE TABLE rating_days (
    hall BIGINT NOT NULL,
    local_date INTEGER NOT NULL,
    window_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,
    channel TEXT NOT NULL,
    grade INTEGER NOT NULL,             -- 0 for four grades without an overall one
    department_code TEXT NOT NULL,
    ratings BIGINT NOT NULL,            -- effective ones
    PRIMARY KEY (hall, local_date, window_code, matter_code, channel, grade)
) {STRICT};

CREATE TABLE closing_days (
    hall BIGINT NOT NULL,
    local_date INTEGER NOT NULL,
    window_code TEXT NOT NULL,
    matter_code TEXT NOT NULL,
    decision TEXT NOT NULL,             -- of the invitation
    department_code TEXT NOT NULL,
    closings BIGINT NOT NULL,
    PRIMARY KEY (hall, local_date, window_code, matter_code, decision)
) {STRICT};

CREATE TABLE marks (
    hall BIGINT NOT NULL,
    name TEXT NOT NULL,                 -- clock_offset_ms, real_gateway …
    number BIGINT NOT NULL,
    PRIMARY KEY (hall, name)
) {STRICT};

CREATE TABLE servers (
    number INTEGER PRIMARY KEY,         -- 0..1023, part of every id made there
    hall BIGINT NOT NULL,
    holder TEXT NOT NULL,
    lease_until_ms BIGINT NOT NULL
) {STRICT};

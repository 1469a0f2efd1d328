-- 0004_printing.sql — how far a paper was seen to come, and how each printer stands.

-- What made a job 'printed': 'written' 'drained' 'state' 'answered' 'process_id' (printer.h); NULL
-- for none, as with the preview.
ALTER TABLE print_jobs ADD COLUMN level TEXT;

CREATE TABLE printer_states (
    hall BIGINT NOT NULL,
    printer TEXT NOT NULL,              -- name in the settings
    way TEXT NOT NULL,                  -- tcp, file …; '' where the settings do not name it any more
    signs BIGINT NOT NULL,              -- a set of enum printer_sign (domain/printer_state.h)
    trouble TEXT NOT NULL,              -- why nothing can be printed now, '' where it can
    since_ms BIGINT NOT NULL,           -- since when it stands so
    printed BIGINT NOT NULL,            -- jobs that ended so, ever
    unconfirmed BIGINT NOT NULL,
    failed BIGINT NOT NULL,
    roll_mm BIGINT NOT NULL,            -- length of a new roll by the settings, 0 where not said
    used_mm BIGINT NOT NULL,            -- printed since the roll was new
    PRIMARY KEY (hall, printer)
) {STRICT};

-- 0040_shares.sql — how much of the whole is the hall's, and why it is not what the settings say.

ALTER TABLE schemes ADD COLUMN share INTEGER;      -- assess.hall_share then, hundredths of a per cent; NULL: nobody asked yet
ALTER TABLE schemes ADD COLUMN share_reason TEXT;  -- why the version has another; '' where it has that one

-- The place of a movement is the one its maker has seen free; whoever comes later meets it there, however late. Without one it is the next.
CREATE OR REPLACE FUNCTION place_recovery_movement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE next integer;
BEGIN
    SELECT r.expected_fen - NEW.amount_fen - coalesce(sum(m.amount_fen), 0), count(m.id) + 1 INTO NEW.left_fen, next
    FROM recovery r LEFT JOIN recovery_movement m ON m.recovery_id = r.id WHERE r.id = NEW.recovery_id GROUP BY r.id;
    NEW.ordinal := coalesce(NEW.ordinal, next);
    IF NEW.ordinal > next THEN
        RAISE EXCEPTION 'movement % leaves a gap', NEW.ordinal USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.ordinal < next THEN
        NEW.left_fen := 0;  -- the place is taken: say so, not that the balance is
    END IF;
    RETURN NEW;
END $$;

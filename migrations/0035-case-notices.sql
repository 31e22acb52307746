-- A letter that waits behind a link is announced by an approved template, which may leave when words may not.
ALTER TABLE message
  DROP CONSTRAINT message_purpose_check,
  ADD CONSTRAINT message_purpose_check
    CHECK (purpose IN ('marketing', 'service', 'collections', 'answer', 'case', 'notice', 'test'));

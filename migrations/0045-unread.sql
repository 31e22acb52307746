-- What a person wrote and nobody has handled yet: few at any time, and asked of everybody before anything is sent to them.
CREATE INDEX inbox_unread ON inbox (tenant_id, lane) WHERE kind = 'turn' AND handled_at IS NULL;

-- Whether a team answers people on its country's holidays, too.
ALTER TABLE support_hours ADD COLUMN on_holidays boolean NOT NULL DEFAULT false;
-- Of a talk that nobody ends: when whoever has it was told, and that it was over by itself.
ALTER TABLE hand_off ADD COLUMN reminded_at timestamptz, ADD COLUMN lapsed boolean NOT NULL DEFAULT false;

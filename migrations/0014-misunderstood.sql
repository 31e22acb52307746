-- Lines that were not understood, without names and numbers, until somebody of the staff has said what they meant.
-- Of a recipient: sealed under their own key. Of a member: under the customer's, and gone with the member.
CREATE TABLE misunderstood (
  tenant_id uuid NOT NULL REFERENCES tenant,
  id uuid NOT NULL,
  contact_id uuid,
  member_id uuid,
  audience text NOT NULL CHECK (audience IN ('recipient', 'operator', 'support')),
  language text NOT NULL,
  -- what it may have been, likeliest first
  candidates text[] NOT NULL,
  sealed bytea NOT NULL,
  at timestamptz NOT NULL,
  reviewed_at timestamptz,
  -- an intent, or none
  label text,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, contact_id) REFERENCES contact (tenant_id, id),
  FOREIGN KEY (tenant_id, member_id) REFERENCES member (tenant_id, id) ON DELETE CASCADE,
  CHECK (num_nonnulls(contact_id, member_id) = 1)
);
CREATE INDEX misunderstood_contact ON misunderstood (tenant_id, contact_id, at) WHERE contact_id IS NOT NULL;
CREATE INDEX misunderstood_member ON misunderstood (tenant_id, member_id, at) WHERE member_id IS NOT NULL;
CREATE INDEX misunderstood_at ON misunderstood (tenant_id, at);

ALTER TABLE misunderstood ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_only ON misunderstood TO tenant_rw
  USING (tenant_id = current_setting('app.tenant')::uuid) WITH CHECK (tenant_id = current_setting('app.tenant')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON misunderstood TO tenant_rw;

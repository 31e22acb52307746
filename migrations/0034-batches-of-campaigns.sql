-- Every batch of a campaign's messages with the template they bear: its own, and those by which it goes where its own reaches nobody.
-- security_invoker: row-level security is asked of whoever looks.
CREATE VIEW campaign_batch WITH (security_invoker = true) AS
  SELECT tenant_id, id AS campaign_id, batch_id, template_id FROM campaign
  UNION ALL
  SELECT tenant_id, campaign_id, batch_id, template_id FROM campaign_fallback;
GRANT SELECT ON campaign_batch TO tenant_rw;

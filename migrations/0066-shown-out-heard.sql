-- Slack tells the second in which we were shown out, by its clock. What was heard before we were let in again is older, whatever that says.
DROP FUNCTION edge.end_installation(text, text, text, timestamptz);
CREATE FUNCTION edge.end_installation(p_app text, p_team text, p_why text, p_at timestamptz, p_heard timestamptz)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  mine uuid := current_setting('app.tenant')::uuid;
  since timestamptz;
BEGIN
  -- Held: whoever is letting us in again at this moment is waited for.
  SELECT installed_at INTO since FROM edge.installation WHERE app = p_app AND team = p_team FOR UPDATE;
  IF date_trunc('second', since) > p_at OR since > p_heard THEN
    RETURN false;
  END IF;
  UPDATE edge.installation SET refresh = NULL, ends_at = NULL, over_at = p_at, over_why = p_why
  WHERE app = p_app AND team = p_team AND tenant_id = mine AND over_at IS NULL;
  UPDATE edge.sender SET token = ''
  WHERE channel = 'slack' AND app = p_app AND provider_id = p_team AND tenant_id = mine AND token <> '';
  RETURN FOUND;
END $$;
REVOKE ALL ON FUNCTION edge.end_installation FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.end_installation TO tenant_rw;

-- Our own workspace's token is a customer's only while it lets somebody of ours in. For a day after, and while anything of it is still being taken down there:
-- what stood there goes, and whoever asks is told.
DROP FUNCTION edge.token_of(text, text, text);
CREATE FUNCTION edge.token_of(p_channel text, p_app text, p_provider text, p_now timestamptz) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
  SELECT token FROM edge.sender s
  WHERE channel = p_channel AND app = p_app AND provider_id = p_provider
    AND (tenant_id = current_setting('app.tenant')::uuid
      OR staff AND (
        EXISTS (SELECT 1 FROM edge.member m WHERE m.team = s.provider_id AND m.tenant_id = current_setting('app.tenant')::uuid
          AND (m.until IS NULL OR m.until > p_now - interval '1 day'))
        OR EXISTS (SELECT 1 FROM public.slack_post p WHERE p.tenant_id = current_setting('app.tenant')::uuid AND p.pending
          AND p.state = 'removing' AND p.team = s.provider_id)));
$$;
REVOKE ALL ON FUNCTION edge.token_of FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.token_of TO tenant_rw;

-- A Chilean tax number has a check digit: weights 2 to 7 from its right end, and again. A wrong one is nobody's.
CREATE FUNCTION edge.is_rut(p_given text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
  SELECT p_given ~ '^[0-9][0-9.]{0,9}-[0-9Kk]$' AND upper(right(p_given, 1)) = substr('0K987654321', (
    SELECT sum(d.digit::int * (2 + (d.at - 1) % 6))::int % 11 + 1
    FROM regexp_split_to_table(reverse(translate(split_part(p_given, '-', 1), '.', '')), '') WITH ORDINALITY AS d(digit, at)), 1);
$$;
REVOKE ALL ON FUNCTION edge.is_rut FROM PUBLIC;
GRANT EXECUTE ON FUNCTION edge.is_rut TO tenant_rw;
ALTER TABLE tenant ADD CONSTRAINT tenant_rut CHECK (country <> 'CL' OR rut = '' OR edge.is_rut(rut));

-- Room on each page for the new version of a rotated session: the update stays on its page and touches no index (HOT).
ALTER TABLE "sessions" SET (fillfactor = 80);
--> statement-breakpoint
-- Security events are append-only: whoever may use the tables may not change or delete these rows.
-- (Only the owner's own migrations can. The runtime role's name differs between databases, so it is looked up.)
DO $$
DECLARE grantee name;
BEGIN
  FOR grantee IN
    SELECT DISTINCT g.grantee FROM information_schema.role_table_grants g
    WHERE g.table_schema = 'public' AND g.table_name = 'security_events' AND g.grantee <> current_user
  LOOP
    EXECUTE format('REVOKE UPDATE, DELETE ON security_events FROM %I', grantee);
  END LOOP;
END $$;

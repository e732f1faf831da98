-- Every step of a job writes a new version of its row. Room on the page keeps the versions together.
ALTER TABLE "job" SET (fillfactor = 70);
--> statement-breakpoint
CREATE FUNCTION set_root_id() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.root_id := NEW.id;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER job_root_id BEFORE INSERT ON "job"
  FOR EACH ROW WHEN (NEW.root_id IS NULL) EXECUTE FUNCTION set_root_id();
--> statement-breakpoint
-- For jobs that other programs insert with SQL: a dispatcher looks at once instead of within a second. The service's own
-- jobs are inserted as dispatching, so they send nothing: NOTIFY would add a millisecond to each commit.
CREATE FUNCTION notify_due_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('jobs', queue) FROM inserted
    WHERE state = 0 AND run_at <= now() + interval '5 seconds' GROUP BY queue;
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER job_due AFTER INSERT ON "job"
  REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION notify_due_jobs();
--> statement-breakpoint
-- Audit events are append-only: whoever may use the tables may not change or delete these rows.
-- (Only the owner's own migrations can. The runtime role's name differs between databases, so it is looked up.)
DO $$
DECLARE grantee name;
BEGIN
  FOR grantee IN
    SELECT DISTINCT g.grantee FROM information_schema.role_table_grants g
    WHERE g.table_schema = 'public' AND g.table_name = 'audit_events' AND g.grantee <> current_user
  LOOP
    EXECUTE format('REVOKE UPDATE, DELETE ON audit_events FROM %I', grantee);
  END LOOP;
END $$;

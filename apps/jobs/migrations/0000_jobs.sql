CREATE TABLE "attempt" (
	"job_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"worker" text NOT NULL,
	"release" text NOT NULL,
	"outcome" text NOT NULL,
	"error_class" text,
	"message" text,
	"stack" text,
	"retry_at" timestamp (3) with time zone,
	CONSTRAINT "attempt_job_id_n_pk" PRIMARY KEY("job_id","n")
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"event" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "blob" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"tenant" text NOT NULL,
	"content_type" text NOT NULL,
	"file_name" text NOT NULL,
	"bytes" bigint NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "blob_chunk" (
	"blob_id" uuid NOT NULL,
	"n" integer NOT NULL,
	"data" "bytea" NOT NULL,
	CONSTRAINT "blob_chunk_blob_id_n_pk" PRIMARY KEY("blob_id","n")
);
--> statement-breakpoint
CREATE TABLE "dead" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"job_id" uuid NOT NULL,
	"tenant" text NOT NULL,
	"kind" text NOT NULL,
	"queue" text NOT NULL,
	"reason" text NOT NULL,
	"error_class" text,
	"message" text,
	"stack" text,
	"fingerprint" text NOT NULL,
	"first_failed_at" timestamp (3) with time zone NOT NULL,
	"died_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"worker" text NOT NULL,
	"release" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"redriven_job_id" uuid,
	"resolved_by" text,
	"resolved_at" timestamp (3) with time zone,
	"note" text,
	"expires_at" timestamp (3) with time zone,
	CONSTRAINT "dead_expires" CHECK (status <> 'open' or expires_at is null)
);
--> statement-breakpoint
CREATE TABLE "effect" (
	"root_id" uuid NOT NULL,
	"step" text NOT NULL,
	"job_id" uuid NOT NULL,
	"fence" integer NOT NULL,
	"state" text NOT NULL,
	"provider_ref" text,
	"result" jsonb,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "effect_root_id_step_pk" PRIMARY KEY("root_id","step")
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"scope" text NOT NULL,
	"key" text NOT NULL,
	"fingerprint" "bytea" NOT NULL,
	"answer" jsonb,
	"expires_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_scope_key_pk" PRIMARY KEY("scope","key")
);
--> statement-breakpoint
CREATE TABLE "inbox_event" (
	"source" text NOT NULL,
	"event_id" text NOT NULL,
	"job_id" uuid NOT NULL,
	"received_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbox_event_source_event_id_pk" PRIMARY KEY("source","event_id")
);
--> statement-breakpoint
CREATE TABLE "job" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"tenant" text NOT NULL,
	"kind" text NOT NULL,
	"queue" text NOT NULL,
	"lane" text DEFAULT 'normal' NOT NULL,
	"payload" jsonb NOT NULL,
	"payload_version" smallint DEFAULT 1 NOT NULL,
	"secret" "bytea",
	"priority" integer DEFAULT 0 NOT NULL,
	"run_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"start_by" timestamp (3) with time zone,
	"state" smallint DEFAULT 0 NOT NULL,
	"lease_owner" text,
	"lease_until" timestamp (3) with time zone,
	"dispatch_no" integer DEFAULT 0 NOT NULL,
	"fence" integer DEFAULT 0 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"crashes" integer DEFAULT 0 NOT NULL,
	"root_id" uuid NOT NULL,
	"redriven_from" uuid,
	"redrive_no" integer DEFAULT 0 NOT NULL,
	"schedule_id" uuid,
	"traceparent" text,
	"cursor" jsonb,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"queued_at" timestamp (3) with time zone,
	"finished_at" timestamp (3) with time zone,
	"result" jsonb,
	"result_blob" uuid,
	"expires_at" timestamp (3) with time zone,
	CONSTRAINT "job_state" CHECK (state in (0, 1, 2, 10, 11, 12)),
	CONSTRAINT "job_expires" CHECK (state >= 10 or expires_at is null),
	CONSTRAINT "job_priority" CHECK (priority between 0 and 2097151)
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY NOT NULL,
	"topic" text NOT NULL,
	"payload" jsonb NOT NULL,
	"secret" "bytea",
	"request_id" text,
	"traceparent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"available_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"last_error" text,
	"dead_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "queue" (
	"name" text PRIMARY KEY NOT NULL,
	"paused_at" timestamp (3) with time zone,
	"paused_by" text,
	"reason" text
);
--> statement-breakpoint
CREATE TABLE "schedule" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant" text NOT NULL,
	"kind" text NOT NULL,
	"payload" jsonb NOT NULL,
	"cron" text,
	"every_seconds" integer,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"next_slot" timestamp (3) with time zone NOT NULL,
	"paused" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "schedule_times" CHECK ((cron is null) <> (every_seconds is null))
);
--> statement-breakpoint
CREATE TABLE "schedule_slot" (
	"schedule_id" uuid NOT NULL,
	"slot" timestamp (3) with time zone NOT NULL,
	"job_id" uuid,
	"missed_from" timestamp (3) with time zone,
	"missed_count" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "schedule_slot_schedule_id_slot_pk" PRIMARY KEY("schedule_id","slot")
);
--> statement-breakpoint
CREATE TABLE "set_aside" (
	"job_id" uuid NOT NULL,
	"step" text NOT NULL,
	"reason" text NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "set_aside_job_id_step_pk" PRIMARY KEY("job_id","step")
);
--> statement-breakpoint
CREATE TABLE "suppression" (
	"tenant" text NOT NULL,
	"address" text NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "suppression_tenant_address_pk" PRIMARY KEY("tenant","address")
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoint" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"tenant" text NOT NULL,
	"url" text NOT NULL,
	"events" text[] NOT NULL,
	"secret" "bytea" NOT NULL,
	"old_secret" "bytea",
	"rotated_at" timestamp (3) with time zone,
	"state" text DEFAULT 'enabled' NOT NULL,
	"disabled_reason" text,
	"disabled_at" timestamp (3) with time zone,
	"failing_since" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "attempt" ADD CONSTRAINT "attempt_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."job"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "blob_chunk" ADD CONSTRAINT "blob_chunk_blob_id_blob_id_fk" FOREIGN KEY ("blob_id") REFERENCES "public"."blob"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dead" ADD CONSTRAINT "dead_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."job"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "effect" ADD CONSTRAINT "effect_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."job"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "schedule_slot" ADD CONSTRAINT "schedule_slot_schedule_id_schedule_id_fk" FOREIGN KEY ("schedule_id") REFERENCES "public"."schedule"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "set_aside" ADD CONSTRAINT "set_aside_job_id_job_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."job"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "blob_expired" ON "blob" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "dead_job" ON "dead" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "dead_tenant" ON "dead" USING btree ("tenant","id");--> statement-breakpoint
CREATE INDEX "dead_open" ON "dead" USING btree ("tenant","kind","id") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "dead_fingerprint" ON "dead" USING btree ("tenant","fingerprint") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "effect_job" ON "effect" USING btree ("job_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_expires_at" ON "idempotency_keys" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "job_due" ON "job" USING btree ("run_at","id") WHERE state = 0;--> statement-breakpoint
CREATE INDEX "job_leased" ON "job" USING btree ("lease_until") WHERE state = 1;--> statement-breakpoint
CREATE INDEX "job_queued" ON "job" USING btree ("queued_at") WHERE state = 2;--> statement-breakpoint
CREATE INDEX "job_tenant" ON "job" USING btree ("tenant","id");--> statement-breakpoint
CREATE INDEX "job_cancelled" ON "job" USING btree ("finished_at") WHERE state = 12;--> statement-breakpoint
CREATE INDEX "job_expired" ON "job" USING btree ("expires_at") WHERE expires_at is not null;--> statement-breakpoint
CREATE INDEX "job_schedule" ON "job" USING btree ("schedule_id") WHERE schedule_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "job_redriven_from" ON "job" USING btree ("redriven_from") WHERE redriven_from is not null;--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("available_at") WHERE "outbox"."dead_at" is null;--> statement-breakpoint
CREATE INDEX "schedule_due" ON "schedule" USING btree ("next_slot") WHERE not paused;--> statement-breakpoint
CREATE INDEX "schedule_tenant" ON "schedule" USING btree ("tenant","id");--> statement-breakpoint
CREATE INDEX "webhook_endpoint_tenant" ON "webhook_endpoint" USING btree ("tenant","id");
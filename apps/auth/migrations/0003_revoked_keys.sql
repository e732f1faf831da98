ALTER TABLE "revocations" DROP CONSTRAINT "revocations_one_kind";--> statement-breakpoint
ALTER TABLE "revocations" ADD COLUMN "kid" text;--> statement-breakpoint
ALTER TABLE "revocations" ADD CONSTRAINT "revocations_one_kind" CHECK (num_nonnulls(session_id, subject_id, kid) = 1 and (subject_id is not null) = (not_before is not null));
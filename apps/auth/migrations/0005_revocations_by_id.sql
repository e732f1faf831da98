-- At once, and not one release after the last code that reads it: this is before the first release.
DROP INDEX "revocations_commit_order";--> statement-breakpoint
ALTER TABLE "revocations" DROP COLUMN "xid";
CREATE INDEX "product_search_popularity" ON "product_search" USING btree ("popularity","product_id");--> statement-breakpoint
-- Prices that have risen to the struck-through one were hidden when read; now no writer leaves one.
UPDATE prices SET compare_at = NULL WHERE compare_at <= amount;--> statement-breakpoint
ALTER TABLE "prices" ADD CONSTRAINT "prices_compare_at" CHECK (compare_at > amount);

CREATE TABLE "deleted_skus" (
	"sku" text PRIMARY KEY NOT NULL,
	"deleted_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "products_deleted" ON "products" USING btree ("edited_at") WHERE deleted_at is not null;
--> statement-breakpoint
-- An import gives its new products their slugs before it inserts them, so that the trigger leaves those alone.
ALTER TABLE product_slugs ALTER CONSTRAINT product_slugs_product_id_products_id_fk DEFERRABLE INITIALLY DEFERRED;
--> statement-breakpoint
CREATE OR REPLACE FUNCTION assign_slugs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO product_slugs (slug, product_id) SELECT slug_of(title_en), id FROM added ON CONFLICT DO NOTHING;
  INSERT INTO product_slugs (slug, product_id)
  SELECT slug_of(title_en) || '-' || right(id::text, 12), id FROM added
  WHERE NOT EXISTS (SELECT FROM product_slugs WHERE product_id = added.id);
  RETURN NULL;
END $$;

CREATE TABLE "product_slugs" (
	"slug" text PRIMARY KEY NOT NULL,
	"product_id" uuid NOT NULL
);
--> statement-breakpoint
DROP INDEX "product_search_category";--> statement-breakpoint
DROP INDEX "product_search_brand";--> statement-breakpoint
ALTER TABLE "prices" ADD COLUMN "compare_at" bigint;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "images" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "product_slugs" ADD CONSTRAINT "product_slugs_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "product_slugs_product" ON "product_slugs" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "product_search_category" ON "product_search" USING btree ("category_id","popularity");--> statement-breakpoint
CREATE INDEX "product_search_brand" ON "product_search" USING btree ("brand_id","popularity");
--> statement-breakpoint
-- `Men’s cotton shirt` becomes mens-cotton-shirt. A title without Latin letters and digits becomes `product`.
CREATE FUNCTION slug_of(title text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN coalesce(nullif(trim('-' FROM left(trim('-' FROM regexp_replace(fold(title), '[^a-z0-9]+', '-', 'g')), 80)), ''), 'product');
--> statement-breakpoint
-- Every writer of products gets slugs by this, whether it inserts one product or a million. Of two products with the same
-- title one gets the plain slug, and the other one gets it with the random end of its id.
CREATE FUNCTION assign_slugs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO product_slugs (slug, product_id) SELECT slug_of(title_en), id FROM added ON CONFLICT (slug) DO NOTHING;
  INSERT INTO product_slugs (slug, product_id)
  SELECT slug_of(title_en) || '-' || right(id::text, 12), id FROM added
  WHERE NOT EXISTS (SELECT FROM product_slugs WHERE product_id = added.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER products_slugs AFTER INSERT ON products
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION assign_slugs();
--> statement-breakpoint
WITH plain AS (
  INSERT INTO product_slugs (slug, product_id) SELECT slug_of(title_en), id FROM products WHERE deleted_at IS NULL
  ON CONFLICT (slug) DO NOTHING RETURNING product_id
)
INSERT INTO product_slugs (slug, product_id)
SELECT slug_of(title_en) || '-' || right(id::text, 12), id FROM products
WHERE deleted_at IS NULL AND id NOT IN (SELECT product_id FROM plain);

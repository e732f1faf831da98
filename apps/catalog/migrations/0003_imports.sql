-- What drizzle cannot express for products that come from files: unlogged tables, patches of rows, statistics, slugs.

-- Staged rows are worthless after a crash, so they need no write-ahead log.
ALTER TABLE import_rows SET UNLOGGED;
--> statement-breakpoint
ALTER TABLE import_plan SET UNLOGGED;
--> statement-breakpoint
ALTER TABLE import_products SET UNLOGGED;
--> statement-breakpoint
-- Adds the fields of a product's next row: the first value that is not null wins.
CREATE FUNCTION add_row_fields(given jsonb, row_fields jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN given || row_fields || jsonb_strip_nulls(given);
--> statement-breakpoint
CREATE AGGREGATE first_given(jsonb) (sfunc = add_row_fields, stype = jsonb, initcond = '{}');
--> statement-breakpoint
-- The entries of attributes or options after a patch. Its keys are flat: "options.size": "M" sets one entry, a null value
-- deletes it, and "options": null deletes all entries that the patch does not set.
CREATE FUNCTION patch_entries(stored jsonb, patch jsonb, field text) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN jsonb_strip_nulls(CASE WHEN patch ? field THEN '{}' ELSE coalesce(stored, '{}') END || coalesce(
  (SELECT jsonb_object_agg(substr(key, length(field) + 2), value) FROM jsonb_each(patch)
    WHERE starts_with(key, field || '.')), '{}'));
--> statement-breakpoint
-- PostgreSQL's statistics of these tables are minutes old, and after a crash there are none. A transaction that has written
-- thousands of rows calls this before it joins them; otherwise the join takes minutes. Only the owner of a table may.
CREATE FUNCTION analyze_products() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
  ANALYZE brands, categories, products, skus, prices, product_prices, product_search, import_plan;
END $$;
--> statement-breakpoint
-- PostgreSQL's statistics of the staged rows are from an earlier import, so it expects none of this one's rows. It would
-- join them by nested loops and read them a billion times.
CREATE FUNCTION analyze_staged() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
  ANALYZE import_rows, import_plan, import_products;
END $$;
--> statement-breakpoint
-- `Men’s cotton shirt` becomes mens-cotton-shirt. A title without Latin letters and digits becomes `product`.
CREATE FUNCTION slug_of(title text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN coalesce(nullif(trim('-' FROM left(trim('-' FROM regexp_replace(fold(title), '[^a-z0-9]+', '-', 'g')), 80)), ''), 'product');
--> statement-breakpoint
-- Every writer of products gets slugs by this, whether it inserts one product or a million. Of two products with the same
-- title one gets the plain slug, and the other one gets it with the random end of its id.
CREATE FUNCTION assign_slugs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO product_slugs (slug, product_id) SELECT slug_of(title_en), id FROM added ON CONFLICT DO NOTHING;
  INSERT INTO product_slugs (slug, product_id)
  SELECT slug_of(title_en) || '-' || right(id::text, 12), id FROM added
  WHERE NOT EXISTS (SELECT FROM product_slugs WHERE product_id = added.id);
  RETURN NULL;
END $$;
--> statement-breakpoint
CREATE TRIGGER products_slugs AFTER INSERT ON products
REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION assign_slugs();
--> statement-breakpoint
-- An import gives its new products their slugs before it inserts them, so that the trigger leaves those alone.
ALTER TABLE product_slugs ALTER CONSTRAINT product_slugs_product_id_products_id_fk DEFERRABLE INITIALLY DEFERRED;

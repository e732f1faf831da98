CREATE TABLE "import_products" (
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"product_id" uuid NOT NULL,
	"rows" integer NOT NULL,
	"is_new" boolean NOT NULL,
	"handle" text,
	"patch" jsonb NOT NULL,
	CONSTRAINT "import_products_import_id_line_pk" PRIMARY KEY("import_id","line")
);
--> statement-breakpoint
DROP INDEX "skus_sku_unique";--> statement-breakpoint
ALTER TABLE "import_errors" ADD COLUMN "sku" text;--> statement-breakpoint
ALTER TABLE "import_errors" ADD COLUMN "faults" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "import_plan" ADD COLUMN "handle" text;--> statement-breakpoint
ALTER TABLE "import_rows" ADD COLUMN "sku" text GENERATED ALWAYS AS (row ->> 'sku') STORED;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "mode" text DEFAULT 'patch' NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "dry_run" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "category" text;--> statement-breakpoint
ALTER TABLE "imports" ADD COLUMN "products_unchanged" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "handle" text;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "edited_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "products_handle_unique" ON "products" USING btree ("handle") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "skus_sku_key" ON "skus" USING btree ("sku_key");--> statement-breakpoint
CREATE UNIQUE INDEX "skus_sku_unique" ON "skus" USING btree ("sku");--> statement-breakpoint
ALTER TABLE "import_plan" DROP COLUMN "category_id";--> statement-breakpoint
ALTER TABLE "import_plan" DROP COLUMN "leads";--> statement-breakpoint
ALTER TABLE "import_rows" DROP COLUMN "sku_key";
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
CREATE OR REPLACE FUNCTION analyze_staged() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
  ANALYZE import_rows, import_plan, import_products;
END $$;

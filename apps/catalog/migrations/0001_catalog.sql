CREATE TABLE "attributes" (
	"code" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"name_en" text NOT NULL,
	"name_id" text NOT NULL,
	"unit" text,
	"facet" boolean DEFAULT true NOT NULL
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"event" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "brands" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"name" text NOT NULL,
	"name_key" text GENERATED ALWAYS AS (code_key(name)) STORED,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "categories" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"parent_id" uuid,
	"name_en" text NOT NULL,
	"name_id" text NOT NULL,
	"slug_path" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deleted_skus" (
	"sku" text PRIMARY KEY NOT NULL,
	"deleted_at" timestamp (3) with time zone NOT NULL
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
CREATE TABLE "import_errors" (
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"sku" text,
	"code" text NOT NULL,
	"detail" text NOT NULL,
	"faults" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "import_errors_import_id_line_pk" PRIMARY KEY("import_id","line")
);
--> statement-breakpoint
CREATE TABLE "import_plan" (
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"product_id" uuid NOT NULL,
	"is_new_product" boolean NOT NULL,
	"sku_id" uuid NOT NULL,
	"is_new_sku" boolean NOT NULL,
	"handle" text,
	CONSTRAINT "import_plan_import_id_line_pk" PRIMARY KEY("import_id","line")
);
--> statement-breakpoint
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
CREATE TABLE "import_rows" (
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"row" jsonb NOT NULL,
	"sku" text GENERATED ALWAYS AS (row ->> 'sku') STORED,
	CONSTRAINT "import_rows_import_id_line_pk" PRIMARY KEY("import_id","line")
);
--> statement-breakpoint
CREATE TABLE "imports" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"format" text NOT NULL,
	"mode" text DEFAULT 'patch' NOT NULL,
	"dry_run" boolean DEFAULT false NOT NULL,
	"category" text,
	"ignored_columns" text[] DEFAULT '{}' NOT NULL,
	"state" text NOT NULL,
	"created_by" text NOT NULL,
	"rows_read" integer DEFAULT 0 NOT NULL,
	"rows_failed" integer DEFAULT 0 NOT NULL,
	"rows_merged" integer DEFAULT 0 NOT NULL,
	"products_created" integer DEFAULT 0 NOT NULL,
	"products_updated" integer DEFAULT 0 NOT NULL,
	"products_unchanged" integer DEFAULT 0 NOT NULL,
	"failure" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"heartbeat_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone
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
CREATE TABLE "price_lists" (
	"code" text PRIMARY KEY NOT NULL,
	"currency" text NOT NULL,
	"searched" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "prices" (
	"sku_id" uuid NOT NULL,
	"price_list" text NOT NULL,
	"amount" bigint NOT NULL,
	"compare_at" bigint,
	CONSTRAINT "prices_sku_id_price_list_pk" PRIMARY KEY("sku_id","price_list"),
	CONSTRAINT "prices_amount" CHECK (amount >= 0),
	CONSTRAINT "prices_compare_at" CHECK (compare_at > amount)
);
--> statement-breakpoint
CREATE TABLE "product_prices" (
	"product_id" uuid NOT NULL,
	"currency" text NOT NULL,
	"amount" bigint NOT NULL,
	CONSTRAINT "product_prices_product_id_currency_amount_pk" PRIMARY KEY("product_id","currency","amount")
);
--> statement-breakpoint
CREATE TABLE "product_search" (
	"product_id" uuid PRIMARY KEY NOT NULL,
	"category_id" uuid NOT NULL,
	"brand_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"rating" real NOT NULL,
	"popularity" integer NOT NULL,
	"tier" smallint DEFAULT 2 NOT NULL,
	"sample" smallint NOT NULL,
	"title_length" smallint NOT NULL,
	"offers" "offer"[] NOT NULL,
	"attribute_terms" text[] NOT NULL,
	"name_en" text NOT NULL,
	"name_id" text NOT NULL,
	"search" "tsvector" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "product_slugs" (
	"slug" text PRIMARY KEY NOT NULL,
	"product_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "products" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"handle" text,
	"brand_id" uuid,
	"category_id" uuid,
	"title_en" text NOT NULL,
	"title_id" text NOT NULL,
	"description_en" text DEFAULT '' NOT NULL,
	"description_id" text DEFAULT '' NOT NULL,
	"attributes" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"images" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"rating" real,
	"popularity" integer DEFAULT 0 NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"edited_at" timestamp (3) with time zone,
	"deleted_at" timestamp (3) with time zone,
	CONSTRAINT "products_placed" CHECK (category_id is not null or deleted_at is not null),
	CONSTRAINT "products_rating" CHECK (rating between 0 and 5)
);
--> statement-breakpoint
CREATE TABLE "search_index_state" (
	"id" smallint PRIMARY KEY DEFAULT 1 NOT NULL,
	"refreshed_at" timestamp (3) with time zone,
	"duration_ms" integer,
	"products" integer DEFAULT 0 NOT NULL,
	"words" integer DEFAULT 0 NOT NULL,
	"writes" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "search_index_state_one_row" CHECK (id = 1)
);
--> statement-breakpoint
CREATE TABLE "skus" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"product_id" uuid NOT NULL,
	"sku" text NOT NULL,
	"gtin" text,
	"model_numbers" text[] DEFAULT '{}' NOT NULL,
	"options" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"stock" integer DEFAULT 0 NOT NULL,
	"sku_key" text GENERATED ALWAYS AS (code_key(sku)) STORED,
	"code_keys" text[] GENERATED ALWAYS AS (code_keys(sku, gtin, model_numbers)) STORED,
	CONSTRAINT "skus_stock" CHECK (stock >= 0)
);
--> statement-breakpoint
CREATE TABLE "stop_words" (
	"word" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE "synonyms" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"term" text NOT NULL,
	"replacements" text[] NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vocabulary" (
	"word" text PRIMARY KEY NOT NULL,
	"frequency" integer NOT NULL,
	"title_frequency" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vocabulary_deletes" (
	"remainder" text NOT NULL,
	"word" text NOT NULL,
	CONSTRAINT "vocabulary_deletes_remainder_word_pk" PRIMARY KEY("remainder","word")
);
--> statement-breakpoint
ALTER TABLE "categories" ADD CONSTRAINT "categories_parent_id_categories_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."categories"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "import_errors" ADD CONSTRAINT "import_errors_import_id_imports_id_fk" FOREIGN KEY ("import_id") REFERENCES "public"."imports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prices" ADD CONSTRAINT "prices_sku_id_skus_id_fk" FOREIGN KEY ("sku_id") REFERENCES "public"."skus"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prices" ADD CONSTRAINT "prices_price_list_price_lists_code_fk" FOREIGN KEY ("price_list") REFERENCES "public"."price_lists"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_prices" ADD CONSTRAINT "product_prices_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_search" ADD CONSTRAINT "product_search_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "product_slugs" ADD CONSTRAINT "product_slugs_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_brand_id_brands_id_fk" FOREIGN KEY ("brand_id") REFERENCES "public"."brands"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_category_id_categories_id_fk" FOREIGN KEY ("category_id") REFERENCES "public"."categories"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "skus" ADD CONSTRAINT "skus_product_id_products_id_fk" FOREIGN KEY ("product_id") REFERENCES "public"."products"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "brands_name_unique" ON "brands" USING btree ("name_key");--> statement-breakpoint
CREATE UNIQUE INDEX "categories_slug_path_unique" ON "categories" USING btree ("slug_path");--> statement-breakpoint
CREATE INDEX "categories_parent" ON "categories" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_expires_at" ON "idempotency_keys" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("available_at") WHERE "outbox"."dead_at" is null;--> statement-breakpoint
CREATE UNIQUE INDEX "price_lists_searched" ON "price_lists" USING btree ("currency") WHERE searched;--> statement-breakpoint
CREATE INDEX "product_prices_amount" ON "product_prices" USING btree ("currency","amount","product_id");--> statement-breakpoint
CREATE INDEX "product_search_attributes" ON "product_search" USING gin ("attribute_terms");--> statement-breakpoint
CREATE INDEX "product_search_category" ON "product_search" USING btree ("category_id","popularity");--> statement-breakpoint
CREATE INDEX "product_search_brand" ON "product_search" USING btree ("brand_id","popularity");--> statement-breakpoint
CREATE INDEX "product_search_created" ON "product_search" USING btree ("created_at","product_id");--> statement-breakpoint
CREATE INDEX "product_search_rating" ON "product_search" USING btree ("rating","product_id");--> statement-breakpoint
CREATE INDEX "product_search_popularity" ON "product_search" USING btree ("popularity","product_id");--> statement-breakpoint
CREATE INDEX "product_search_name_en" ON "product_search" USING btree ("name_en","product_id");--> statement-breakpoint
CREATE INDEX "product_search_name_id" ON "product_search" USING btree ("name_id","product_id");--> statement-breakpoint
CREATE UNIQUE INDEX "product_slugs_product" ON "product_slugs" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "products_category" ON "products" USING btree ("category_id","id");--> statement-breakpoint
CREATE INDEX "products_brand" ON "products" USING btree ("brand_id");--> statement-breakpoint
CREATE UNIQUE INDEX "products_handle_unique" ON "products" USING btree ("handle") WHERE deleted_at is null;--> statement-breakpoint
CREATE INDEX "products_deleted" ON "products" USING btree ("edited_at") WHERE deleted_at is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "skus_sku_unique" ON "skus" USING btree ("sku");--> statement-breakpoint
CREATE INDEX "skus_sku_key" ON "skus" USING btree ("sku_key");--> statement-breakpoint
CREATE INDEX "skus_product" ON "skus" USING btree ("product_id");--> statement-breakpoint
CREATE INDEX "skus_code_keys" ON "skus" USING gin ("code_keys");--> statement-breakpoint
CREATE UNIQUE INDEX "synonyms_term_unique" ON "synonyms" USING btree ("term");--> statement-breakpoint
CREATE INDEX "vocabulary_prefix" ON "vocabulary" USING btree ("word" text_pattern_ops);--> statement-breakpoint
CREATE INDEX "vocabulary_deletes_word" ON "vocabulary_deletes" USING btree ("word");
-- What drizzle cannot say: storage, partial GIN indexes, the functions that write `product_search`, stop words.

-- Room on each page for the new version of a row whose stock or price changed (HOT).
ALTER TABLE skus SET (fillfactor = 85);
--> statement-breakpoint
ALTER TABLE product_search SET (fillfactor = 85);
--> statement-breakpoint
-- The same for what a change of a price writes beside them.
ALTER TABLE prices SET (fillfactor = 85);
--> statement-breakpoint
ALTER TABLE products SET (fillfactor = 90);
--> statement-breakpoint
-- Audit events are append-only: whoever may use the tables may not change or delete these rows. (Only the owner's own
-- migrations can. The runtime role's name differs between databases, so it is looked up.)
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
--> statement-breakpoint
-- Staged rows are worth nothing after a crash, so they need no write-ahead log.
ALTER TABLE import_rows SET UNLOGGED;
--> statement-breakpoint
ALTER TABLE import_plan SET UNLOGGED;
--> statement-breakpoint
CREATE INDEX product_search_text ON product_search USING gin (search);
--> statement-breakpoint
-- Smaller copies of the same index: a word that 100,000 products have is looked for among the most popular 1 % first,
-- and counted in a sample (features/search/tiers.ts).
CREATE INDEX product_search_text_tier_0 ON product_search USING gin (search) WHERE tier = 0;
--> statement-breakpoint
CREATE INDEX product_search_text_tier_1 ON product_search USING gin (search) WHERE tier <= 1;
--> statement-breakpoint
CREATE INDEX product_search_text_sample ON product_search USING gin (search) WHERE sampled;
--> statement-breakpoint
-- The text index's value for one product. Words of titles weigh A (whole and joined), their parts, their stems and
-- the brand B, category, attributes and model numbers C, descriptions and all other stems D.
CREATE FUNCTION search_vector(
  title_en text, title_id text, brand text, details text, description_en text, description_id text
) RETURNS tsvector LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH words AS (
    SELECT word, position, joined, CASE WHEN part THEN 'B' ELSE 'A' END AS weight, true AS is_english, true AS is_indonesian
    FROM search_words(title_en)
    UNION ALL
    -- Positions far apart: no phrase reaches from one text into the next.
    SELECT word, position + 200, joined, CASE WHEN part THEN 'B' ELSE 'A' END, false, true
    FROM search_words(title_id) WHERE title_id <> title_en
    UNION ALL
    SELECT word, position + 400, joined, 'B', false, false FROM search_words(brand)
    UNION ALL
    SELECT word, position + 500, joined, 'C', true, true FROM search_words(details)
    UNION ALL
    SELECT word, position + 1000, joined, 'D', true, false FROM search_words(left(description_en, 4000))
    WHERE word NOT IN (SELECT stop_words.word FROM stop_words)
    UNION ALL
    SELECT word, position + 3000, joined, 'D', false, true FROM search_words(left(description_id, 4000))
    WHERE description_id <> description_en AND word NOT IN (SELECT stop_words.word FROM stop_words)
  ), lexemes AS (
    SELECT word AS lexeme, position, weight FROM words
    UNION ALL
    -- The word itself is there; only a stem that differs adds something.
    SELECT 'en:' || english_stem(word), position, CASE WHEN weight IN ('A', 'B') THEN 'B' ELSE 'D' END FROM words
    WHERE is_english AND NOT joined AND word ~ '^[[:alpha:]]{3,}$' AND english_stem(word) <> word
    UNION ALL
    SELECT 'id:' || indonesian_stem(word), position, CASE WHEN weight IN ('A', 'B') THEN 'B' ELSE 'D' END FROM words
    WHERE is_indonesian AND NOT joined AND word ~ '^[[:alpha:]]{4,}$'
  )
  SELECT coalesce(string_agg('''' || lexeme || ''':' || position || weight, ' '), '')::tsvector FROM lexemes;
END;
--> statement-breakpoint
-- Brings prices and stock of `product_search` (and `product_prices`) in step with the SKUs of these products. Called
-- in the transaction of every change of a price or of stock.
CREATE FUNCTION refresh_product_offers(ids uuid[]) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  MERGE INTO product_prices AS target
  USING (
    SELECT product_search.product_id, price_lists.currency, offer.amount
    FROM product_search CROSS JOIN price_lists
    LEFT JOIN LATERAL (
      SELECT min(prices.amount) AS amount FROM skus JOIN prices ON prices.sku_id = skus.id
      WHERE skus.product_id = product_search.product_id AND prices.price_list = price_lists.code
    ) AS offer ON true
    WHERE product_search.product_id = ANY (ids) AND price_lists.searched
  ) AS source
  ON target.product_id = source.product_id AND target.currency = source.currency
  WHEN MATCHED AND source.amount IS NULL THEN DELETE
  WHEN MATCHED AND source.amount <> target.amount THEN UPDATE SET amount = source.amount
  WHEN NOT MATCHED AND source.amount IS NOT NULL
    THEN INSERT (product_id, currency, amount) VALUES (source.product_id, source.currency, source.amount);

  UPDATE product_search SET price_idr = offer.idr, price_usd = offer.usd, in_stock = offer.in_stock
  FROM (
    SELECT changed.id,
      (SELECT amount FROM product_prices WHERE product_id = changed.id AND currency = 'IDR') AS idr,
      (SELECT amount FROM product_prices WHERE product_id = changed.id AND currency = 'USD') AS usd,
      EXISTS (SELECT FROM skus WHERE product_id = changed.id AND stock > 0) AS in_stock
    FROM unnest(ids) AS changed(id)
  ) AS offer
  WHERE product_search.product_id = offer.id
    AND (price_idr, price_usd, product_search.in_stock) IS DISTINCT FROM (offer.idr, offer.usd, offer.in_stock);
END;
--> statement-breakpoint
-- Writes the search rows of these products anew; those of deleted products go. Called in the transaction of every
-- change of a product, and for all products of a renamed brand or category.
CREATE FUNCTION rebuild_product_search(ids uuid[]) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  DELETE FROM product_prices USING products
  WHERE product_prices.product_id = products.id AND products.id = ANY (ids) AND products.deleted_at IS NOT NULL;

  DELETE FROM product_search USING products
  WHERE product_search.product_id = products.id AND products.id = ANY (ids) AND products.deleted_at IS NOT NULL;

  INSERT INTO product_search (
    product_id, category_id, brand_id, created_at, rating, popularity, sampled, title_length, in_stock,
    attribute_terms, name_en, name_id, search
  )
  SELECT products.id, products.category_id, products.brand_id, products.created_at, coalesce(products.rating, -1),
    products.popularity, hashtextextended(products.id::text, 0) & 15 = 0, words.title_length, false,
    ARRAY(SELECT key || '=' || value FROM jsonb_each_text(products.attributes) ORDER BY key),
    left(fold(products.title_en), 100), left(fold(products.title_id), 100),
    search_vector(
      products.title_en, products.title_id, coalesce(brands.name, ''),
      concat_ws(' ', placed.names, codes.model_numbers,
        (SELECT string_agg(value, ' ') FROM jsonb_each(products.attributes) AS attribute(key, json),
          LATERAL (SELECT json #>> '{}' AS value) AS plain WHERE jsonb_typeof(json) = 'string')),
      products.description_en, products.description_id
    )
  FROM products
  LEFT JOIN brands ON brands.id = products.brand_id
  CROSS JOIN LATERAL (
    SELECT greatest(
      (SELECT count(*) FROM search_words(products.title_en) WHERE NOT joined),
      (SELECT count(*) FROM search_words(products.title_id) WHERE NOT joined)
    )::smallint AS title_length
  ) AS words
  CROSS JOIN LATERAL (
    WITH RECURSIVE path AS (
      SELECT parent_id, name_en, name_id FROM categories WHERE id = products.category_id
      UNION ALL
      SELECT parent.parent_id, parent.name_en, parent.name_id
      FROM categories AS parent JOIN path ON parent.id = path.parent_id
    )
    SELECT string_agg(name_en || ' ' || name_id, ' ') AS names FROM path
  ) AS placed
  CROSS JOIN LATERAL (
    SELECT string_agg(array_to_string(model_numbers, ' '), ' ') AS model_numbers
    FROM skus WHERE skus.product_id = products.id
  ) AS codes
  WHERE products.id = ANY (ids) AND products.deleted_at IS NULL
  ON CONFLICT (product_id) DO UPDATE SET
    category_id = excluded.category_id, brand_id = excluded.brand_id, rating = excluded.rating,
    popularity = excluded.popularity, title_length = excluded.title_length,
    attribute_terms = excluded.attribute_terms, name_en = excluded.name_en, name_id = excluded.name_id,
    -- The stored value itself when the text is the same: PostgreSQL then sees that the index need not change.
    search = CASE WHEN product_search.search = excluded.search
      THEN product_search.search ELSE excluded.search END;

  SELECT refresh_product_offers(ids);
END;
--> statement-breakpoint
-- GIN collects new entries in a list that every search reads: after a large import it is worked in at once. Only the
-- owner of an index may, so the function is the owner's.
CREATE FUNCTION clean_search_pending_lists() RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public
BEGIN ATOMIC
  SELECT gin_clean_pending_list(index_name::regclass) FROM unnest(ARRAY[
    'product_search_text', 'product_search_text_tier_0', 'product_search_text_tier_1',
    'product_search_text_sample', 'product_search_attributes', 'skus_code_keys'
  ]) AS indexes(index_name);
END;
--> statement-breakpoint
INSERT INTO price_lists (code, currency, searched) VALUES ('retail-idr', 'IDR', true), ('retail-usd', 'USD', true);
--> statement-breakpoint
INSERT INTO search_index_state (id) VALUES (1);
--> statement-breakpoint
INSERT INTO stop_words (word)
SELECT unnest(string_to_array(
  'a an and are as at be by for from in is it of on or that the this to with your you '
  'ada adalah agar akan anda atau bagi bahwa dan dari dengan di ialah ini itu juga karena ke kepada '
  'oleh pada para saat sang sebagai secara seperti serta si tersebut tetapi untuk yaitu yakni yang', ' '));

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
-- and counted in a sample of 24, 4 or 1 in 256 (features/search/plan.ts).
CREATE INDEX product_search_text_tier_0 ON product_search USING gin (search) WHERE tier = 0;
--> statement-breakpoint
CREATE INDEX product_search_text_tier_1 ON product_search USING gin (search) WHERE tier <= 1;
--> statement-breakpoint
CREATE INDEX product_search_text_sample_24 ON product_search USING gin (search) WHERE sample < 24;
--> statement-breakpoint
CREATE INDEX product_search_text_sample_4 ON product_search USING gin (search) WHERE sample < 4;
--> statement-breakpoint
CREATE INDEX product_search_text_sample_1 ON product_search USING gin (search) WHERE sample < 1;
--> statement-breakpoint
-- Brings `product_prices`, the cheapest price of each product and currency, in step with the SKUs.
CREATE FUNCTION refresh_product_prices(ids uuid[]) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  MERGE INTO product_prices AS target
  USING (
    SELECT products.id, price_lists.currency, offer.amount
    FROM products CROSS JOIN price_lists
    LEFT JOIN LATERAL (
      SELECT min(prices.amount) AS amount FROM skus JOIN prices ON prices.sku_id = skus.id
      WHERE skus.product_id = products.id AND prices.price_list = price_lists.code
    ) AS offer ON products.deleted_at IS NULL
    WHERE products.id = ANY (ids) AND price_lists.searched
  ) AS source
  ON target.product_id = source.id AND target.currency = source.currency
  WHEN MATCHED AND source.amount IS NULL THEN DELETE
  WHEN MATCHED AND source.amount <> target.amount THEN UPDATE SET amount = source.amount
  WHEN NOT MATCHED AND source.amount IS NOT NULL
    THEN INSERT (product_id, currency, amount) VALUES (source.id, source.currency, source.amount);
END;
--> statement-breakpoint
-- What products cost and whether there are any left, as `product_search` keeps it.
CREATE FUNCTION product_offers(ids uuid[])
RETURNS TABLE (id uuid, idr bigint, usd bigint, in_stock boolean) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT changed.id,
    (SELECT amount FROM product_prices WHERE product_id = changed.id AND currency = 'IDR'),
    (SELECT amount FROM product_prices WHERE product_id = changed.id AND currency = 'USD'),
    EXISTS (SELECT FROM skus WHERE product_id = changed.id AND stock > 0)
  FROM unnest(ids) AS changed(id);
END;
--> statement-breakpoint
-- A price as the text index keeps it, so that one index knows words and prices: the currency and how many binary digits
-- the amount has (idr:23 for 4,194,304 to 8,388,607). Most changes of a price stay on their step, and out of the index.
CREATE FUNCTION price_steps(idr bigint, usd bigint) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN array_remove(ARRAY['idr:' || length(to_bin(idr)), 'usd:' || length(to_bin(usd))], NULL);
--> statement-breakpoint
-- Brings prices and stock of `product_search` (and `product_prices`) in step with the SKUs of these products. Called
-- in the transaction of every change of a price or of stock.
CREATE FUNCTION refresh_product_offers(ids uuid[]) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  SELECT refresh_product_prices(ids);

  UPDATE product_search SET price_idr = offer.idr, price_usd = offer.usd, in_stock = offer.in_stock,
    search = CASE WHEN price_steps(price_idr, price_usd) = price_steps(offer.idr, offer.usd) THEN search
      ELSE ts_delete(search, price_steps(price_idr, price_usd)) || array_to_tsvector(price_steps(offer.idr, offer.usd)) END
  FROM product_offers(ids) AS offer
  WHERE product_search.product_id = offer.id
    AND (price_idr, price_usd, product_search.in_stock) IS DISTINCT FROM (offer.idr, offer.usd, offer.in_stock);
END;
--> statement-breakpoint
-- The text index's value of products. Words of titles weigh A (whole and joined), their parts, their stems and the brand
-- B, category, attributes and model numbers C, descriptions and all other stems D. All products in one pass: each text
-- is read once and each word is stemmed once, however many products have it.
CREATE FUNCTION search_vectors(ids uuid[]) RETURNS TABLE (id uuid, search tsvector, title_length smallint)
LANGUAGE sql STABLE
BEGIN ATOMIC
  WITH RECURSIVE path AS (
    SELECT id AS leaf, parent_id, name_en, name_id FROM categories
    WHERE id IN (SELECT category_id FROM products WHERE products.id = ANY (ids))
    UNION ALL
    SELECT path.leaf, parent.parent_id, parent.name_en, parent.name_id
    FROM path JOIN categories AS parent ON parent.id = path.parent_id
  ), shelves AS (
    SELECT leaf, string_agg(name_en || ' ' || name_id, ' ') AS names FROM path GROUP BY leaf
  ), texts AS MATERIALIZED (
    SELECT row_number() OVER () AS text_number, products.id, text.*
    FROM products
    JOIN shelves ON shelves.leaf = products.category_id
    LEFT JOIN brands ON brands.id = products.brand_id
    CROSS JOIN LATERAL (VALUES
      -- Starts far apart: no phrase reaches from one text into the next.
      (title_en, 0, 'A', true, true),
      (nullif(title_id, title_en), 200, 'A', false, true),
      (brands.name, 400, 'B', false, false),
      (concat_ws(' ', shelves.names,
        (SELECT string_agg(array_to_string(model_numbers, ' '), ' ') FROM skus WHERE product_id = products.id),
        (SELECT string_agg(json #>> '{}', ' ') FROM jsonb_each(attributes) AS attribute(key, json)
          WHERE jsonb_typeof(json) = 'string')), 500, 'C', true, true),
      (left(description_en, 4000), 1000, 'D', true, false),
      (left(nullif(description_id, description_en), 4000), 3000, 'D', false, true)
    ) AS text(body, start, weight, is_english, is_indonesian)
    WHERE products.id = ANY (ids) AND body <> ''
  ), words AS MATERIALIZED (
    SELECT texts.id, start, found.word, start + found.position AS position, joined, is_english, is_indonesian,
      CASE WHEN part AND weight = 'A' THEN 'B' ELSE weight END AS weight
    FROM search_words((SELECT array_agg(body ORDER BY text_number) FROM texts)) AS found
    JOIN texts USING (text_number)
    WHERE weight <> 'D' OR found.word NOT IN (SELECT stop_words.word FROM stop_words)
  ), stems AS MATERIALIZED (
    -- The word itself is there; only an English stem that differs adds something.
    SELECT word, 'en:' || nullif(english_stem(word), word) AS english,
      CASE WHEN length(word) >= 4 THEN 'id:' || indonesian_stem(word) END AS indonesian
    FROM (SELECT DISTINCT word FROM words WHERE NOT joined) AS once WHERE word ~ '^[[:alpha:]]{3,}$'
  ), lexemes AS (
    SELECT id, word AS lexeme, position, weight FROM words
    UNION ALL
    SELECT id, stem, position, CASE WHEN weight IN ('A', 'B') THEN 'B' ELSE 'D' END
    FROM words JOIN stems USING (word) CROSS JOIN LATERAL (VALUES
      (CASE WHEN is_english THEN english END), (CASE WHEN is_indonesian THEN indonesian END)
    ) AS either(stem)
    WHERE NOT joined AND stem IS NOT NULL
  ), vectors AS MATERIALIZED (
    SELECT id, string_agg('''' || lexeme || ''':' || position || weight, ' ')::tsvector AS search
    FROM lexemes GROUP BY id
  ), lengths AS MATERIALIZED (
    SELECT id, max(words)::smallint AS title_length
    FROM (SELECT id, count(*) AS words FROM words WHERE start < 400 AND NOT joined GROUP BY id, start) AS titles
    GROUP BY id
  )
  SELECT id, search, coalesce(title_length, 0::smallint) FROM vectors LEFT JOIN lengths USING (id);
END;
--> statement-breakpoint
-- Writes the search rows of these products anew; those of deleted products go. Called in the transaction of every
-- change of a product, and for all products of a renamed brand or category. It is planned anew for each list of ids: the
-- plan for any list, which PostgreSQL would keep from the sixth call on, takes 50 times as long for a thousand.
CREATE FUNCTION rebuild_product_search(ids uuid[]) RETURNS void LANGUAGE sql SET plan_cache_mode = force_custom_plan
BEGIN ATOMIC
  SELECT refresh_product_prices(ids);

  DELETE FROM product_search USING products
  WHERE product_search.product_id = products.id AND products.id = ANY (ids) AND products.deleted_at IS NOT NULL;

  INSERT INTO product_search (
    product_id, category_id, brand_id, created_at, rating, popularity, sample, title_length,
    price_idr, price_usd, in_stock, attribute_terms, name_en, name_id, search
  )
  SELECT products.id, category_id, brand_id, created_at, coalesce(rating, -1), popularity,
    hashtextextended(products.id::text, 0) & 255, coalesce(title_length, 0), idr, usd, in_stock,
    ARRAY(SELECT key || '=' || value FROM jsonb_each_text(attributes) ORDER BY key),
    left(fold(title_en), 100), left(fold(title_id), 100),
    coalesce(search, '') || array_to_tsvector(price_steps(idr, usd))
  FROM products
  JOIN product_offers(ids) AS offers USING (id)
  LEFT JOIN search_vectors(ids) AS vectors USING (id)
  WHERE products.id = ANY (ids) AND deleted_at IS NULL
  ON CONFLICT (product_id) DO UPDATE SET
    category_id = excluded.category_id, brand_id = excluded.brand_id, rating = excluded.rating,
    popularity = excluded.popularity, title_length = excluded.title_length,
    price_idr = excluded.price_idr, price_usd = excluded.price_usd, in_stock = excluded.in_stock,
    attribute_terms = excluded.attribute_terms, name_en = excluded.name_en, name_id = excluded.name_id,
    -- The stored value itself when the text is the same: PostgreSQL then sees that the index need not change.
    search = CASE WHEN product_search.search = excluded.search
      THEN product_search.search ELSE excluded.search END;
END;
--> statement-breakpoint
-- What a search has to know of the words of these texts. To plan it takes six times as long as to run it, and any plan
-- is as good as another: so a connection plans it once.
CREATE FUNCTION known_words(texts text[]) RETURNS TABLE (
  text_number bigint, word text, is_joined boolean, is_stop_word boolean, frequency integer,
  english text, indonesian text, stem_frequency integer, synonyms text[]
) LANGUAGE sql STABLE SET plan_cache_mode = force_generic_plan
BEGIN ATOMIC
  SELECT found.text_number, found.word, found.joined,
    EXISTS (SELECT FROM stop_words WHERE stop_words.word = found.word),
    coalesce(known.frequency, 0), stem.english, stem.indonesian,
    (SELECT coalesce(sum(stemmed.frequency), 0)::integer FROM vocabulary AS stemmed
      WHERE stemmed.word IN ('en:' || stem.english, 'id:' || stem.indonesian, nullif(stem.english, found.word))),
    ARRAY(
      SELECT (SELECT string_agg('''' || piece.word || '''', ' <-> ' ORDER BY piece.position)
        FROM search_words(ARRAY[replacement]) AS piece WHERE NOT piece.joined)
      FROM synonyms, unnest(replacements) AS replacement WHERE synonyms.term = found.word
    )
  FROM search_words(texts) AS found
  -- The limit keeps it a look-up for each word: PostgreSQL expects a thousand words and would read the table whole.
  LEFT JOIN LATERAL (
    SELECT vocabulary.frequency, title_frequency FROM vocabulary WHERE vocabulary.word = found.word LIMIT 1
  ) AS known ON true
  CROSS JOIN LATERAL (
    SELECT CASE WHEN found.word ~ '^[[:alpha:]]{3,}$' THEN english_stem(found.word) END AS english,
      -- The Indonesian stemmer cuts too much (kemeja, shirt: meja, table): only a word that no title has needs it.
      CASE WHEN found.word ~ '^[[:alpha:]]{4,}$' AND coalesce(known.title_frequency, 0) = 0
        THEN indonesian_stem(found.word) END AS indonesian
  ) AS stem
  ORDER BY found.text_number, found.joined, found.position;
END;
--> statement-breakpoint
-- GIN collects new entries in a list that every search reads: after a large import it is worked in at once. Only the
-- owner of an index may, so the function is the owner's.
CREATE FUNCTION clean_search_pending_lists() RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public
BEGIN ATOMIC
  SELECT gin_clean_pending_list(index_name::regclass) FROM unnest(ARRAY[
    'product_search_text', 'product_search_text_tier_0', 'product_search_text_tier_1',
    'product_search_text_sample_24', 'product_search_text_sample_4', 'product_search_text_sample_1',
    'product_search_attributes', 'skus_code_keys'
  ]) AS indexes(index_name);
END;
--> statement-breakpoint
-- What PostgreSQL knows of these tables is minutes old, and after a crash nothing at all; whoever has written thousands of
-- rows and goes on to join them calls this, or waits for minutes. Only the owner of a table may.
CREATE FUNCTION analyze_products() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
  ANALYZE brands, categories, products, skus, prices, product_prices, product_search, import_plan;
END $$;
--> statement-breakpoint
-- Of staged rows PostgreSQL remembers an import that is long over, and expects none of this one: joined row by row with
-- each other they would be read a billion times.
CREATE FUNCTION analyze_staged() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public
AS $$
BEGIN
  ANALYZE import_rows, import_plan;
END $$;
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

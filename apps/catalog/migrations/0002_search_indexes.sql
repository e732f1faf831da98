-- What drizzle cannot express: storage, partial GIN indexes, the functions that write `product_search`, stop words.

-- Leaves room on each page for the new version of a row whose stock or price changes (HOT). A row of product_search has
-- about 1.8 kB of the 8 kB of a page.
ALTER TABLE skus SET (fillfactor = 85);
--> statement-breakpoint
ALTER TABLE product_search SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE prices SET (fillfactor = 85);
--> statement-breakpoint
ALTER TABLE products SET (fillfactor = 90);
--> statement-breakpoint
-- Audit events are append-only: no role but the owner may change or delete these rows. The name of the runtime role differs
-- between databases, so it is looked up.
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
CREATE INDEX product_search_text ON product_search USING gin (search);
--> statement-breakpoint
-- Smaller copies of the same index. A word that many products have is searched among the most popular 1 % and 10 % first,
-- and its matches are counted in a sample of one in sixteen.
CREATE INDEX product_search_text_tier_0 ON product_search USING gin (search) WHERE tier = 0;
--> statement-breakpoint
CREATE INDEX product_search_text_tier_1 ON product_search USING gin (search) WHERE tier <= 1;
--> statement-breakpoint
CREATE INDEX product_search_text_sample ON product_search USING gin (search) WHERE sample = 0;
--> statement-breakpoint
-- The amounts of a SKU by currency, in the price lists that lists and searches use.
CREATE FUNCTION searched_prices(sku uuid) RETURNS jsonb LANGUAGE sql STABLE
RETURN (
  SELECT coalesce(jsonb_object_agg(currency, amount), '{}')
  FROM prices JOIN price_lists ON code = price_list WHERE sku_id = sku AND searched
);
--> statement-breakpoint
-- `color=red` for each attribute and option.
CREATE FUNCTION terms_of(facts jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ARRAY(SELECT key || '=' || value FROM jsonb_each_text(facts) ORDER BY key);
--> statement-breakpoint
-- The offers of products. An option replaces the product's attribute of the same name. A product without SKUs has one offer
-- that has no price and is not in stock, so its attributes are found.
CREATE FUNCTION product_offers(ids uuid[]) RETURNS TABLE (id uuid, offers offer[]) LANGUAGE sql STABLE
BEGIN ATOMIC
  SELECT products.id, array_agg(
    CASE WHEN skus.id IS NULL THEN ROW(NULL, false, '{}', terms_of(attributes))::offer
      ELSE ROW(skus.sku, stock > 0, searched_prices(skus.id), terms_of(attributes || options))::offer END
    ORDER BY skus.sku)
  FROM products LEFT JOIN skus ON skus.product_id = products.id
  WHERE products.id = ANY (ids) AND deleted_at IS NULL GROUP BY products.id;
END;
--> statement-breakpoint
-- Updates `product_prices`, the index of prices, from the offers of these products.
CREATE FUNCTION refresh_product_prices(ids uuid[]) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  DELETE FROM product_prices WHERE product_id = ANY (ids) AND NOT EXISTS (
    SELECT FROM product_offers(ids) AS current, unnest(offers) AS offer, jsonb_each_text(offer.prices) AS price
    WHERE current.id = product_id AND price.key = currency AND price.value::bigint = amount
  );

  INSERT INTO product_prices (product_id, currency, amount)
  SELECT DISTINCT current.id, price.key, price.value::bigint
  FROM product_offers(ids) AS current, unnest(offers) AS offer, jsonb_each_text(offer.prices) AS price
  ON CONFLICT DO NOTHING;
END;
--> statement-breakpoint
-- Updates prices and stock in `product_search` and `product_prices`. Every change of a price or of stock calls it in its
-- transaction.
CREATE FUNCTION refresh_product_offers(ids uuid[]) RETURNS void LANGUAGE sql
BEGIN ATOMIC
  SELECT refresh_product_prices(ids);

  UPDATE product_search SET offers = changed.offers FROM product_offers(ids) AS changed
  WHERE product_search.product_id = changed.id AND product_search.offers IS DISTINCT FROM changed.offers;
END;
--> statement-breakpoint
-- The text index's value of products. Words of titles have the weight A (whole and joined), their parts and the brand B,
-- category, attributes, options and codes C, descriptions D. An English stem weighs as much as its word; an Indonesian one
-- less, because the stemmer cuts too much. All products in one pass: each text is read once and each word is stemmed once,
-- however many products have it.
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
      (title_en, 0, 'A', false),
      (nullif(title_id, title_en), 200, 'A', true),
      (brands.name, 400, 'B', false),
      (shelves.names, 500, 'C', true),
      (concat_ws(' ',
        (SELECT string_agg(json #>> '{}', ' ') FROM jsonb_each(attributes) AS attribute(key, json)
          WHERE jsonb_typeof(json) = 'string'),
        (SELECT string_agg(concat_ws(' ', sku, array_to_string(model_numbers, ' '),
            (SELECT string_agg(value, ' ') FROM jsonb_each_text(options))), ' , ')
          FROM skus WHERE product_id = products.id)), 600, 'C', true),
      (left(description_en, 4000), 1000, 'D', false),
      (left(nullif(description_id, description_en), 4000), 3000, 'D', true)
    ) AS text(body, start, weight, is_indonesian)
    WHERE products.id = ANY (ids) AND body <> ''
  ), words AS MATERIALIZED (
    SELECT texts.id, start, found.word, start + found.position AS position, joined, is_indonesian,
      CASE WHEN part AND weight = 'A' THEN 'B' ELSE weight END AS weight
    FROM search_words((SELECT array_agg(body ORDER BY text_number) FROM texts)) AS found
    JOIN texts USING (text_number)
    WHERE weight <> 'D' OR found.word NOT IN (SELECT stop_words.word FROM stop_words)
  ), stems AS MATERIALIZED (
    -- A word that is its own English stem needs no second entry.
    SELECT word, 'en:' || nullif(english_stem(word), word) AS english,
      CASE WHEN length(word) >= 4 THEN 'id:' || indonesian_stem(word) END AS indonesian
    FROM (SELECT DISTINCT word FROM words WHERE NOT joined) AS once WHERE word ~ '^[[:alpha:]]{3,}$'
  ), lexemes AS (
    SELECT id, word AS lexeme, position, weight FROM words
    UNION ALL
    SELECT id, english, position, weight FROM words JOIN stems USING (word) WHERE NOT joined AND english IS NOT NULL
    UNION ALL
    -- The words of the category again, because they say what kind of thing the product is.
    SELECT id, 'in:' || coalesce(english_stem(word), word), position, 'C' FROM words WHERE start = 500 AND NOT joined
    UNION ALL
    SELECT id, indonesian, position, CASE WHEN weight IN ('A', 'B') THEN 'B' ELSE 'D' END
    FROM words JOIN stems USING (word) WHERE NOT joined AND is_indonesian AND indonesian IS NOT NULL
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
-- Writes the search rows of these products, and deletes those of deleted products. Every change of a product calls it in
-- its transaction, and so does the job that follows the rename of a category. It is planned for each list of ids: the
-- generic plan, which PostgreSQL would use from the sixth call on, takes 50 times as long for a thousand ids.
CREATE FUNCTION rebuild_product_search(ids uuid[]) RETURNS void LANGUAGE sql SET plan_cache_mode = force_custom_plan
BEGIN ATOMIC
  SELECT refresh_product_prices(ids);

  DELETE FROM product_search USING products
  WHERE product_search.product_id = products.id AND products.id = ANY (ids) AND products.deleted_at IS NOT NULL;

  INSERT INTO product_search (
    product_id, category_id, brand_id, created_at, rating, popularity, sample, title_length,
    offers, attribute_terms, name_en, name_id, search
  )
  SELECT products.id, category_id, brand_id, created_at, coalesce(rating, -1), popularity,
    hashtextextended(products.id::text, 0) & 15, coalesce(title_length, 0), offers,
    ARRAY(SELECT DISTINCT unnest(offer.terms) FROM unnest(offers) AS offer ORDER BY 1),
    left(fold(title_en), 100), left(fold(title_id), 100), coalesce(search, '')
  FROM products
  JOIN product_offers(ids) AS current USING (id)
  LEFT JOIN search_vectors(ids) AS vectors USING (id)
  ON CONFLICT (product_id) DO UPDATE SET
    category_id = excluded.category_id, brand_id = excluded.brand_id, rating = excluded.rating,
    popularity = excluded.popularity, title_length = excluded.title_length, offers = excluded.offers,
    attribute_terms = excluded.attribute_terms, name_en = excluded.name_en, name_id = excluded.name_id,
    -- The stored value itself when the text is the same: PostgreSQL then sees that the index need not change.
    search = CASE WHEN product_search.search = excluded.search
      THEN product_search.search ELSE excluded.search END;
END;
--> statement-breakpoint
-- Products that have a lexeme, by the last count.
CREATE FUNCTION frequency_of(lexeme text) RETURNS integer LANGUAGE sql STABLE
RETURN coalesce((SELECT frequency FROM vocabulary WHERE word = lexeme), 0);
--> statement-breakpoint
-- tsqueries of a word in all its English forms: the index has `en:` only where the stem differs from the word.
CREATE FUNCTION forms_of(word text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN word ~ '^[[:alpha:]]{3,}$' AND english_stem(word) IS NOT NULL
  THEN ARRAY[quote_literal('en:' || english_stem(word)), quote_literal(english_stem(word))]
  ELSE ARRAY[quote_literal(word)] END;
--> statement-breakpoint
-- tsqueries of what means the same.
CREATE FUNCTION synonyms_of(word text) RETURNS text[] LANGUAGE sql STABLE
RETURN ARRAY(
  SELECT (SELECT string_agg(quote_literal(piece.word), ' <-> ' ORDER BY piece.position)
    FROM search_words(ARRAY[replacement]) AS piece WHERE NOT piece.joined)
  FROM synonyms, unnest(replacements) AS replacement WHERE synonyms.term = synonyms_of.word
);
--> statement-breakpoint
-- What a search has to know about the words of these texts. Planning it takes six times as long as running it, and any plan
-- is as good as another, so each connection plans it once.
CREATE FUNCTION known_words(texts text[]) RETURNS TABLE (
  text_number bigint, word text, is_joined boolean, is_stop_word boolean, frequency integer, title_frequency integer,
  english text, english_frequency integer, indonesian text, indonesian_frequency integer, synonyms text[]
) LANGUAGE sql STABLE SET plan_cache_mode = force_generic_plan
BEGIN ATOMIC
  SELECT found.text_number, found.word, found.joined,
    EXISTS (SELECT FROM stop_words WHERE stop_words.word = found.word),
    coalesce(known.frequency, 0), coalesce(known.title_frequency, 0),
    stem.english, frequency_of('en:' || stem.english) + frequency_of(stem.english),
    stem.indonesian,
    -- A stem that is not a word is not evidence: Arabia and arabika (a coffee) have the same one.
    CASE WHEN frequency_of(stem.indonesian) > 0 THEN frequency_of('id:' || stem.indonesian) ELSE 0 END,
    synonyms_of(found.word)
  FROM search_words(texts) AS found
  -- The limit makes it a look-up for each word: PostgreSQL expects a thousand words and would read the whole table.
  LEFT JOIN LATERAL (
    SELECT vocabulary.frequency, vocabulary.title_frequency FROM vocabulary WHERE vocabulary.word = found.word LIMIT 1
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
-- GIN collects new entries in a pending list, which every search reads. This moves them to the index, after a large
-- import for example. Only the owner of an index may do so, so the function runs as the owner.
CREATE FUNCTION clean_search_pending_lists() RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public
BEGIN ATOMIC
  SELECT gin_clean_pending_list(index_name::regclass) FROM unnest(ARRAY[
    'product_search_text', 'product_search_text_tier_0', 'product_search_text_tier_1', 'product_search_text_sample',
    'product_search_attributes', 'skus_code_keys'
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
  'best buy cheap cheapest price sale bagus beli diskon harga jual murah promo terbaik terbaru termurah '
  'ada adalah agar akan anda atau bagi bahwa dan dari dengan di ialah ini itu juga karena ke kepada '
  'oleh pada para saat sang sebagai secara seperti serta si tersebut tetapi untuk yaitu yakni yang', ' '));

-- How this service reads text. The same functions read what is indexed and what is searched, so both sides always agree.
-- unaccent is a trusted extension: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS unaccent;
--> statement-breakpoint
-- Lower case, without accents, apostrophes (men's = mens) and invisible characters (soft hyphen, zero width, marks of
-- direction). Trademark signs become spaces, and digits of other scripts become ours. ASCII skips most of the work.
-- Immutable, because the dictionary is named: unaccent(text) alone depends on the search path.
CREATE FUNCTION fold(input text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(unaccent('unaccent'::regdictionary, regexp_replace(
  CASE WHEN octet_length(input) = length(input) THEN input
    ELSE translate(normalize(translate(input, '™℠®©℗', '     '), NFKC),
      '٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९০১২৩৪৫৬৭৮৯௦௧௨௩௪௫௬௭௮௯๐๑๒๓๔๕๖๗๘๙',
      '012345678901234567890123456789012345678901234567890123456789') END,
  '[''’ʼ`´\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]', '', 'g')));
--> statement-breakpoint
-- A code (SKU, GTIN, model number) in any written form: 'SM-S921 B', 'sm s921b' and 'SMS921B' are the same. A GTIN of 8,
-- 12, 13 or 14 digits is the same number with leading zeros.
CREATE FUNCTION code_key(input text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(regexp_replace(fold(input), '[^[:alnum:]]', '', 'g'), '^0+(?=[0-9]{7,13}$)', '');
--> statement-breakpoint
CREATE FUNCTION code_keys(sku text, gtin text, model_numbers text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
  -- OFFSET 0: computes each key once, not again for the comparison.
  SELECT array_agg(DISTINCT key)
  FROM (SELECT code_key(code) AS key FROM unnest(ARRAY[sku, gtin] || model_numbers) AS codes(code) OFFSET 0) AS keys
  WHERE key <> ''
);
--> statement-breakpoint
-- A folded text as its pieces, separated by spaces. Letters and digits are separated, and so are the parts of a word with
-- a mark in it. `+` is where a piece was joined to the next (16GB: 16+ +gb, T-shirt: t+ +shirt). A comma between digits
-- is a decimal point.
CREATE FUNCTION split_pieces(input text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN trim(regexp_replace(translate(regexp_replace(regexp_replace(regexp_replace(
  fold(input), '[^[:alnum:]&.,_ -]+', ' ', 'g'),
  '(?<=[0-9])[.,](?=[0-9])', '|', 'g'),
  '(?<=[[:alnum:]])[-&._](?=[[:alnum:]])|(?<=[[:alpha:]])(?=[0-9])|(?<=[0-9])(?=[[:alpha:]])', '+ +', 'g'),
  '-&_,.|', '     .'), ' {2,}', ' ', 'g'));
--> statement-breakpoint
-- The words of texts with their positions; texts are numbered from 1. What was written in one piece is also one word
-- (joined: 16gb; WD-40: wd, 40, wd40; AT&T: at, t, att), unless it is as long as an address. A piece of such a word is a
-- part: a T-shirt is less of a shirt than a shirt is. All texts in one call, because calls are what costs.
CREATE FUNCTION search_words(texts text[])
RETURNS TABLE (text_number bigint, word text, "position" integer, joined boolean, part boolean)
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  WITH pieces AS MATERIALIZED (
    SELECT text_number, position, trim(piece, '+') AS word, strpos(piece, '+') > 0 AS part,
      starts_with(piece, '+') AS continues
    FROM unnest(texts) WITH ORDINALITY AS given(text, text_number)
    CROSS JOIN LATERAL string_to_table(split_pieces(text), ' ') WITH ORDINALITY AS split(piece, position)
    WHERE piece <> ''
  ), parts AS (
    SELECT text_number, position, word,
      count(*) FILTER (WHERE NOT continues) OVER (PARTITION BY text_number ORDER BY position) AS compound
    FROM pieces WHERE part
  )
  SELECT text_number, word, position::integer, false, part FROM pieces WHERE length(word) <= 64
  UNION ALL
  SELECT text_number, string_agg(word, '' ORDER BY position), min(position)::integer, true, false FROM parts
  GROUP BY text_number, compound HAVING count(*) <= 5 AND sum(length(word)) <= 30;
END;
--> statement-breakpoint
-- Stems carry their language (en:, id:), so they never equal a word: the Indonesian stemmer makes meja (table) of kemeja
-- (shirt), and a search for one must not rank the other first.
CREATE FUNCTION english_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (ts_lexize('english_stem', word))[1];
--> statement-breakpoint
CREATE FUNCTION indonesian_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (ts_lexize('indonesian_stem', word))[1];
--> statement-breakpoint
-- What a shopper can buy: a SKU, as `product_search` keeps it. `prices` has the amount by currency. `terms` are the
-- product's attributes with the SKU's options in their place: {"color=red", "size=M"}.
CREATE TYPE offer AS (sku text, in_stock boolean, prices jsonb, terms text[]);

-- How this service reads text. One set of functions for what is indexed and for what is asked, so that both sides
-- always agree. unaccent is a trusted extension: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS unaccent;
--> statement-breakpoint
-- Small letters, no accents, no apostrophes (men's = mens), no invisible characters (soft hyphen, zero width, marks
-- of direction). ASCII needs no normalizing, which is a third of the work. Immutable, since the dictionary is named: unaccent(text) alone depends on the search path.
CREATE FUNCTION fold(input text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(unaccent('unaccent'::regdictionary, regexp_replace(
  CASE WHEN octet_length(input) = length(input) THEN input ELSE normalize(input, NFKC) END,
  '[''’ʼ`´\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]', '', 'g')));
--> statement-breakpoint
-- A code (SKU, GTIN, model number) however it is written: 'SM-S921 B', 'sm s921b' and 'SMS921B' are one. A GTIN of 8,
-- 12, 13 or 14 digits is the same number with zeros before it.
CREATE FUNCTION code_key(input text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(regexp_replace(fold(input), '[^[:alnum:]]', '', 'g'), '^0+(?=[0-9]{7,13}$)', '');
--> statement-breakpoint
CREATE FUNCTION code_keys(sku text, gtin text, model_numbers text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
  -- OFFSET 0: each key is worked out once, not once more to be compared.
  SELECT array_agg(DISTINCT key)
  FROM (SELECT code_key(code) AS key FROM unnest(ARRAY[sku, gtin] || model_numbers) AS codes(code) OFFSET 0) AS keys
  WHERE key <> ''
);
--> statement-breakpoint
-- A folded text as its pieces with a space between. Letters and digits part, and so does what a mark joins; `+` stands
-- where a piece was joined to the next (16GB: 16+ +gb, T-shirt: t+ +shirt). A comma between digits is a point.
CREATE FUNCTION split_pieces(input text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN trim(regexp_replace(translate(regexp_replace(regexp_replace(regexp_replace(
  fold(input), '[^[:alnum:]&.,_ -]+', ' ', 'g'),
  '(?<=[0-9])[.,](?=[0-9])', '|', 'g'),
  '(?<=[[:alnum:]])[-&._](?=[[:alnum:]])|(?<=[[:alpha:]])(?=[0-9])|(?<=[0-9])(?=[[:alpha:]])', '+ +', 'g'),
  '-&_,.|', '     .'), ' {2,}', ' ', 'g'));
--> statement-breakpoint
-- The words of texts with their positions; texts are numbered from 1. What was written in one piece is kept as one, too
-- (joined: 16gb; WD-40: wd, 40, wd40; AT&T: at, t, att), unless it is as long as an address. A piece of such a word is
-- marked as part: a T-shirt is less a shirt than a shirt is. All texts in one call, since calls are what costs.
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
-- Stems carry their language (en:, id:), so that they never meet a word: the Indonesian stemmer makes meja (table) of
-- kemeja (shirt), and whoever looks for the one does not want to see the other first.
CREATE FUNCTION english_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (ts_lexize('english_stem', word))[1];
--> statement-breakpoint
CREATE FUNCTION indonesian_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (ts_lexize('indonesian_stem', word))[1];

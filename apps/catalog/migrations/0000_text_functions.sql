-- How this service reads text. One set of functions for what is indexed and for what is asked, so that both sides
-- always agree. unaccent is a trusted extension: the owner of the database may create it.
CREATE EXTENSION IF NOT EXISTS unaccent;
--> statement-breakpoint
-- Small letters, no accents, no apostrophes (men's = mens), no invisible characters (soft hyphen, zero width, marks
-- of direction). Immutable, since the dictionary is named: unaccent(text) alone depends on the search path.
CREATE FUNCTION fold(input text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(unaccent('unaccent'::regdictionary, regexp_replace(
  normalize(input, NFKC), '[''’ʼ`´\u00AD\u200B-\u200F\u202A-\u202E\u2060-\u2064\uFEFF]', '', 'g')));
--> statement-breakpoint
-- A code (SKU, GTIN, model number) however it is written: 'SM-S921 B', 'sm s921b' and 'SMS921B' are one. A GTIN of 8,
-- 12, 13 or 14 digits is the same number with zeros before it.
CREATE FUNCTION code_key(input text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(regexp_replace(fold(input), '[^[:alnum:]]', '', 'g'), '^0+(?=[0-9]{7,13}$)', '');
--> statement-breakpoint
CREATE FUNCTION code_keys(sku text, gtin text, model_numbers text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
  SELECT array_agg(DISTINCT code_key(code)) FROM unnest(ARRAY[sku, gtin] || model_numbers) AS codes(code)
  WHERE code_key(code) <> ''
);
--> statement-breakpoint
-- The words of a text with their positions. Letters and digits part (16GB: 16, gb), and what was written in one piece
-- is kept as one, too (joined: 16gb; WD-40: wd, 40, wd40; AT&T: at, t, att), unless it is as long as an address. A
-- piece of such a word is marked as part: a T-shirt is less a shirt than a shirt is.
CREATE FUNCTION search_words(input text)
RETURNS TABLE (word text, "position" integer, joined boolean, part boolean)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
  WITH compounds AS (
    SELECT matched[1] AS compound, compound_number
    FROM regexp_matches(
      regexp_replace(fold(input), '([0-9]),(?=[0-9])', '\1.', 'g'),
      '[[:alnum:]]+(?:[-&._][[:alnum:]]+)*', 'g'
    ) WITH ORDINALITY AS found(matched, compound_number)
  ), pieces AS (
    SELECT compound_number, piece_number, matched[1] AS piece,
      row_number() OVER (ORDER BY compound_number, piece_number)::integer AS piece_position,
      count(*) OVER (PARTITION BY compound_number) > 1 AS is_part
    FROM compounds, regexp_matches(compound, '[[:alpha:]]+|[0-9]+(?:\.[0-9]+)*', 'g')
      WITH ORDINALITY AS found(matched, piece_number)
  )
  SELECT piece, piece_position, false, is_part FROM pieces WHERE length(piece) <= 64
  UNION ALL
  SELECT string_agg(piece, '' ORDER BY piece_number), min(piece_position), true, false FROM pieces
  GROUP BY compound_number HAVING count(*) BETWEEN 2 AND 5 AND sum(length(piece)) <= 30;
END;
--> statement-breakpoint
-- Stems carry their language (en:, id:), so that they never meet a word: the Indonesian stemmer makes meja (table) of
-- kemeja (shirt), and whoever looks for the one does not want to see the other first.
CREATE FUNCTION english_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (ts_lexize('english_stem', word))[1];
--> statement-breakpoint
CREATE FUNCTION indonesian_stem(word text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (ts_lexize('indonesian_stem', word))[1];

import { type DemoProduct, demoProduct } from './generate.ts'

/** What a person types, and what that person wants: grades follow from the wish, never from search results. */
export interface JudgedQuery {
  query: string
  /** The same with one typo; absent where a typo would make another word. */
  typo?: string
  wants: { kind: string } & Partial<Record<'material' | 'color' | 'quality' | 'brand', string>> & {
      spec?: [code: string, value: number]
    }
}

export const wish = (
  query: string,
  typo: string | undefined,
  kind: string,
  more: Omit<JudgedQuery['wants'], 'kind'> = {},
): JudgedQuery => ({ query, ...(typo !== undefined && { typo }), wants: { kind, ...more } })

/** The queries that the ranking was tuned with, so it scores too well on them. See guard-queries.ts. */
export const judgedQueries: readonly JudgedQuery[] = [
  wish('kemeja katun', 'kemja katun', 'shirt', { material: 'cotton' }),
  wish('red cotton shirt', 'red coton shirt', 'shirt', { material: 'cotton', color: 'red' }),
  wish('kaos hitam polos', 'kaos hitma polos', 't-shirt', { color: 'black', quality: 'plain' }),
  wish('t-shirt navy', 't-shirt navyy', 't-shirt', { color: 'navy' }),
  wish('meja kerja jati', 'meja krja jati', 'desk', { material: 'teak' }),
  wish('folding bamboo table', 'folding bambo table', 'table', { material: 'bamboo', quality: 'folding' }),
  wish('kursi rotan', 'kursi rotann', 'chair', { material: 'rattan' }),
  wish('laptop gaming 16GB', 'latop gaming 16GB', 'laptop', { quality: 'gaming', spec: ['memory_gb', 16] }),
  wish('business laptop 32 gb', 'bussiness laptop 32 gb', 'laptop', {
    quality: 'business',
    spec: ['memory_gb', 32],
  }),
  wish('hp 256gb', undefined, 'smartphone', { spec: ['storage_gb', 256] }),
  wish('smartphone 128 GB hitam', 'smartpone 128 GB hitam', 'smartphone', {
    color: 'black',
    spec: ['storage_gb', 128],
  }),
  wish('sepatu lari merah', 'sepatu lari merha', 'running shoes', { color: 'red' }),
  wish('running shoes breathable', 'runing shoes breathable', 'running shoes', { quality: 'breathable' }),
  wish('tas ransel kulit', 'tas ranselk kulit', 'backpack', { material: 'leather' }),
  wish('canvas backpack green', 'canvas bakcpack green', 'backpack', { material: 'canvas', color: 'green' }),
  wish('penanak nasi', 'penanka nasi', 'rice cooker'),
  wish('rice cooker 1.8L', 'rice coker 1.8L', 'rice cooker', { spec: ['volume_l', 1.8] }),
  wish('wajan keramik', 'wajan kermik', 'frying pan', { material: 'ceramic' }),
  wish('wireless headphones', 'wireles headphones', 'headphones', { quality: 'wireless' }),
  wish('headphone nirkabel putih', 'headphone nirkabl putih', 'headphones', {
    quality: 'wireless',
    color: 'white',
  }),
  wish('kopi gayo', 'kopi gayoo', 'coffee beans', { material: 'Gayo' }),
  wish('organic green tea', 'organik gren tea', 'green tea', { quality: 'organic' }),
  wish('tabir surya', 'tabri surya', 'sunscreen'),
  wish('brightening serum 100ml', 'brightning serum 100ml', 'serum', {
    quality: 'brightening',
    spec: ['volume_ml', 100],
  }),
  wish('matras yoga', 'matars yoga', 'yoga mat'),
  wish('raket bulu tangkis profesional', 'raket bulu tangks profesional', 'badminton racket', {
    quality: 'professional',
  }),
  wish('mechanical keyboard', 'mechancal keyboard', 'keyboard', { quality: 'mechanical' }),
  wish('power bank slim', undefined, 'power bank', { quality: 'slim' }),
  wish('gaun batik', 'gaun batikk', 'dress', { material: 'batik' }),
  wish('selimut bayi katun', 'selimut byai katun', 'baby blanket', { material: 'cotton' }),
]

/** 0 for another kind of product; otherwise from 1 to 3, by the share of the wishes that it meets. */
function gradeOf({ wants }: JudgedQuery, product: DemoProduct): number {
  if (product.kind !== wants.kind) return 0
  const wishes = [
    [wants.material, product.attributes['material']],
    [wants.color, product.attributes['color']],
    [wants.quality, product.quality],
    [wants.brand, product.brand],
    ...(wants.spec ? [[wants.spec[1], product.attributes[wants.spec[0]]]] : []),
  ].filter(([wanted]) => wanted !== undefined)
  if (wishes.length === 0) return 3
  return 1 + (2 * wishes.filter(([wanted, got]) => wanted === got).length) / wishes.length
}

/**
 * Normalised discounted cumulative gain of the first ten (Järvelin and Kekäläinen 2002): 1 is the best order that
 * the whole shop allows.
 *
 * @param found indexes of the products, in the order of the results
 */
export function ndcg(judged: JudgedQuery, found: readonly number[], shopSize: number): number {
  const gain = (grades: readonly number[]) =>
    grades.slice(0, 10).reduce((sum, grade, place) => sum + (2 ** grade - 1) / Math.log2(place + 2), 0)
  while (shop.length < shopSize) shop.push(demoProduct(shop.length))
  const grades = shop.slice(0, shopSize).map((product) => gradeOf(judged, product))
  const best = gain(grades.toSorted((a, b) => b - a))
  return best === 0 ? 0 : gain(found.map((index) => grades[index] ?? 0)) / best
}

/** Cached, because every query is judged against all products. */
const shop: DemoProduct[] = []

import { assortment, type Kind, type Word } from './assortment.ts'

/** One made-up product, ready to be written. Prices in minor units. */
export interface DemoProduct {
  /** `men/shirts` */
  shelf: string
  /** What it is, in English: `rice cooker`. Not stored; judges of search results read it. */
  kind: string
  quality: string
  brand: string
  titleEn: string
  titleId: string
  descriptionEn: string
  descriptionId: string
  attributes: Record<string, string | number>
  rating: number | null
  popularity: number
  sku: string
  gtin: string
  model: string
  stock: number
  priceIdr: number
  priceUsd: number
  /** Days before the shop's reference day. */
  ageDays: number
}

const offers = assortment.departments.flatMap((department) =>
  department.shelves.flatMap(({ slug, kinds }) =>
    kinds.map((kind) => ({ shelf: `${department.slug}/${slug}`, kind })),
  ),
)
/** Rupiah per dollar, also made up. */
const rupiahPerDollar = 16_000
const firstGtin = 899_000_000_000

/** The product of the shop with this index, the same on every machine and in every run. */
export function demoProduct(index: number): DemoProduct {
  const random = mulberry32(index)
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)]
    if (item === undefined) throw new RangeError('nothing to pick from')
    return item
  }
  const { shelf, kind } = pick(offers)
  const brand = pick(assortment.brands)
  const name = pick(assortment.series)
  const color = pick(assortment.colors)
  const material = kind.materials && pick(kind.materials)
  const quality = pick(kind.qualities)
  const spec = kind.spec && { ...kind.spec, value: pick(kind.spec.values) }
  const model = `${name.slice(0, 2).toUpperCase()}-${100 + (index % 900)}${String.fromCharCode(65 + (index % 26))}`
  const measure = spec && `${spec.value}${spec.unit}`
  const [cheapest, dearest] = kind.price
  // Few expensive products and many cheap ones.
  const rupiah = Math.round((cheapest + (dearest - cheapest) * random() ** 2) / 1_000) * 1_000 - 100
  const words = { kind, material, quality, color }
  const product = {
    shelf,
    kind: kind.name[0],
    quality: quality[0],
    brand,
    titleEn: join(brand, name, capitalise(english(words)), measure, color[0]),
    titleId: join(capitalise(indonesian(words)), brand, name, measure, color[1]),
    descriptionEn: `${capitalise(english(words))} by ${brand}, model ${model}. Made for everyday use, with one year of warranty.`,
    descriptionId: `${capitalise(indonesian(words))} dari ${brand}, model ${model}. Dibuat untuk dipakai setiap hari, bergaransi satu tahun.`,
    attributes: {
      color: color[0],
      ...(material && { material: material[0] }),
      ...(spec && { [spec.code]: spec.value }),
    },
    rating: random() < 0.2 ? null : Math.round((3 + 2 * random()) * 10) / 10,
    // A few products sell a thousand times as often as most.
    popularity: Math.floor(10 / (random() + 0.001)),
    sku: `${brand.slice(0, 3).toUpperCase()}-${name.slice(0, 3).toUpperCase()}-${String(index).padStart(5, '0')}`,
    gtin: withCheckDigit(String(firstGtin + index)),
    model,
    stock: random() < 0.15 ? 0 : Math.floor(200 * random() ** 2) + 1,
    priceIdr: rupiah * 100,
    priceUsd: Math.max(99, Math.round((rupiah / rupiahPerDollar) * 100)),
    ageDays: Math.floor(random() * 700),
  }
  return index === oilIndex ? { ...product, ...penetratingOil } : product
}

/**
 * One product has a real model number, which people type to test a search (WD-40, WD40, wd 40), instead of a made-up one.
 */
const oilIndex = 40
const penetratingOil = {
  shelf: 'living/tools',
  kind: 'penetrating oil',
  quality: 'multi-purpose',
  brand: 'Samudra',
  titleEn: 'Samudra Multi-purpose penetrating oil WD-40 400ml',
  titleId: 'Pelumas serbaguna Samudra WD-40 400ml',
  descriptionEn: 'Loosens rusted screws, drives out water and stops squeaks. Spray can of 400 ml.',
  descriptionId:
    'Melonggarkan sekrup berkarat, mengusir air, dan menghilangkan derit. Kaleng semprot 400 ml.',
  attributes: { volume_ml: 400 },
  sku: 'SAM-OIL-00040',
  model: 'WD-40',
  priceIdr: 6_490_000,
  priceUsd: 406,
}

interface Words {
  kind: Kind
  material: Word | undefined
  quality: Word
}
const english = ({ kind, material, quality }: Words) => join(quality[0], material?.[0], kind.name[0])
const indonesian = ({ kind, material, quality }: Words) => join(kind.name[1], material?.[1], quality[1])

function join(...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(' ')
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A GTIN-13 from its first 12 digits (GS1 General Specifications, 7.9). */
function withCheckDigit(digits: string): string {
  const sum = Array.from(digits, Number).reduce(
    (total, digit, at) => total + digit * (at % 2 === 0 ? 1 : 3),
    0,
  )
  return digits + ((10 - (sum % 10)) % 10)
}

/** Numbers from 0 to 1 from a seed: small, fast, and the same everywhere (mulberry32, T. Ettinger 2017). */
function mulberry32(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

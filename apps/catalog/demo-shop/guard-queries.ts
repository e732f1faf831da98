import { type JudgedQuery, wish } from './judged-queries.ts'

/**
 * Guard queries: nothing was tuned with them. They and their wishes were written before any search engine had seen them.
 * Half of the typos are real spellings (seprei, kripik, sambel, almunium). Some queries have a word that no product has
 * (bluetooth, ram), others a synonym.
 */
export const guardQueries: readonly JudgedQuery[] = [
  wish('linen trousers black', 'linnen trousers black', 'trousers', { material: 'linen', color: 'black' }),
  wish('short sleeve batik shirt', 'short sleve batik shirt', 'shirt', {
    material: 'batik',
    quality: 'short sleeve',
  }),
  wish('striped skirt', 'stripd skirt', 'skirt', { quality: 'striped' }),
  wish('denim jacket', 'denim jackt', 'jacket', { material: 'denim' }),
  wish('wool hoodie grey', 'wool hodie grey', 'hoodie', { material: 'wool', color: 'grey' }),
  wish('leather handbag brown', 'leather hanbag brown', 'handbag', { material: 'leather', color: 'brown' }),
  wish('quick dry sandals', 'quick dry sandels', 'sandals', { quality: 'quick dry' }),
  wish('rugged phone', 'ruged phone', 'smartphone', { quality: 'rugged' }),
  wish('tablet for children 128gb', 'tablet for childern 128gb', 'tablet', {
    quality: 'for children',
    spec: ['storage_gb', 128],
  }),
  wish('magnetic phone case', 'magnetc phone case', 'phone case', { quality: 'magnetic' }),
  wish('65W charger', '65W chargr', 'charger', { spec: ['power_w', 65] }),
  wish('fast charging power bank 20000mAh', 'fast chargin powr bank 20000mAh', 'power bank', {
    quality: 'fast charging',
    spec: ['capacity_mah', 20000],
  }),
  wish('ultralight laptop 8 GB ram', 'ultraligt laptop 8 GB ram', 'laptop', {
    quality: 'ultralight',
    spec: ['memory_gb', 8],
  }),
  wish('silent mouse', 'silnet mouse', 'mouse', { quality: 'silent' }),
  wish('usb-c flash drive 512GB', 'usb-c flsh drive 512GB', 'flash drive', {
    quality: 'usb-c',
    spec: ['storage_gb', 512],
  }),
  wish('noise cancelling earbuds', 'noise canceling erbuds', 'earbuds', { quality: 'noise cancelling' }),
  wish('waterproof bluetooth speaker', 'waterprof bluetooth speaker', 'speaker', { quality: 'waterproof' }),
  wish('4k action camera', '4k acton camera', 'action camera', { quality: '4K' }),
  wish('velvet sofa', 'velvt sofa', 'sofa', { material: 'velvet' }),
  wish('adjustable teak desk', 'adjustible teak desk', 'desk', { material: 'teak', quality: 'adjustable' }),
  wish('organic cotton pillow', 'organic coton pilow', 'pillow', { material: 'cotton', quality: 'organic' }),
  wish('cast iron pot', 'casst iron pot', 'pot', { material: 'cast iron' }),
  wish('stainless steel water bottle 500ml', 'stainles steel watter bottle 500ml', 'water bottle', {
    material: 'stainless steel',
    spec: ['volume_ml', 500],
  }),
  wish('fragrance free sunscreen', 'fragrence free sunscrean', 'sunscreen', { quality: 'fragrance free' }),
  wish('dark roast coffee 1000g', 'dark roast cofee 1000g', 'coffee beans', {
    quality: 'dark roast',
    spec: ['weight_g', 1000],
  }),
  wish('unsweetened green tea', 'unsweetend green tea', 'green tea', { quality: 'unsweetened' }),
  wish('beginner dumbbell 5kg', 'beginer dumbell 5kg', 'dumbbell', {
    quality: 'beginner',
    spec: ['weight_kg', 5],
  }),
  wish('lightweight tent', 'lightwieght tent', 'tent', { quality: 'lightweight' }),
  wish('educational building blocks', 'educatonal building bloks', 'building blocks', {
    quality: 'educational',
  }),
  wish('newborn baby bottle', 'newborn baby botle', 'baby bottle', { quality: 'newborn' }),
  wish('hydrating serum 250ml', 'hydratng serum 250ml', 'serum', {
    quality: 'hydrating',
    spec: ['volume_ml', 250],
  }),
  wish('large leather couch', undefined, 'sofa', { material: 'leather', quality: 'large' }),
  wish('celana pendek linen', 'celana pendk linen', 'shorts', { material: 'linen' }),
  wish('jaket denim biru dongker', 'jakett denim biru dongker', 'jacket', {
    material: 'denim',
    color: 'navy',
  }),
  wish('gaun merah muda', 'gaun merah mdua', 'dress', { color: 'pink' }),
  wish('kebaya batik lengan panjang', 'kebya batik lengan panjang', 'kebaya', {
    material: 'batik',
    quality: 'long sleeve',
  }),
  wish('kerudung polos putih', 'kerudng polos putih', 'headscarf', { quality: 'plain', color: 'white' }),
  wish('jilbab hitam', undefined, 'headscarf', { color: 'black' }),
  wish('tas tangan anyaman', 'tas tangan anyamn', 'handbag', { material: 'woven' }),
  wish('ponsel rekondisi 64gb', 'ponsl rekondisi 64gb', 'smartphone', {
    quality: 'refurbished',
    spec: ['storage_gb', 64],
  }),
  wish('casing hp bening', 'casng hp bening', 'phone case', { material: 'clear' }),
  wish('pengisi daya nirkabel', 'pengisi daya nirkabl', 'charger', { quality: 'wireless' }),
  wish('powerbank 10000', undefined, 'power bank', { spec: ['capacity_mah', 10000] }),
  wish('notebook gaming 32GB', 'notebok gaming 32GB', 'laptop', {
    quality: 'gaming',
    spec: ['memory_gb', 32],
  }),
  wish('papan ketik mekanis', 'papan ketk mekanis', 'keyboard', { quality: 'mechanical' }),
  wish('kamera aksi tahan air', 'kamera aksi tahn air', 'action camera', { quality: 'waterproof' }),
  wish('kursi lipat bambu', 'kusri lipat bambu', 'chair', { material: 'bamboo', quality: 'folding' }),
  wish('seprai katun besar', 'seprei katun besar', 'bed sheet', { material: 'cotton', quality: 'large' }),
  wish('wajan besi cor', 'wajn besi cor', 'frying pan', { material: 'cast iron' }),
  wish('ketel listrik 1.5 liter', 'ketle listrik 1.5 liter', 'electric kettle', { spec: ['volume_l', 1.5] }),
  wish('minyak rambut organik', 'minyk rambut organik', 'hair oil', { quality: 'organic' }),
  wish('sabun wajah pencerah 100 ml', 'sabun wajh pencerah 100 ml', 'face wash', {
    quality: 'brightening',
    spec: ['volume_ml', 100],
  }),
  wish('keripik singkong pedas', 'kripik singkong pedas', 'cassava chips', { quality: 'spicy' }),
  wish('sambal pedas 250 gram', 'sambel pedas 250 gram', 'chili sauce', {
    quality: 'spicy',
    spec: ['weight_g', 250],
  }),
  wish('botol minum aluminium', 'botol minum almunium', 'water bottle', { material: 'aluminium' }),
  wish('boneka lembut', 'bonka lembut', 'doll', { quality: 'soft' }),
  wish('tshirt katun hitam', 'tshrt katun hitam', 't-shirt', { material: 'cotton', color: 'black' }),
  wish('sneakers merah', 'sneaker merah', 'running shoes', { color: 'red' }),
  wish('laptop Rajawali', 'laptop Rajawli', 'laptop', { brand: 'Rajawali' }),
  wish('earphone mini Senja', 'earphne mini Senja', 'earbuds', { quality: 'mini', brand: 'Senja' }),
]

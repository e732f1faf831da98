import { defineProblems } from '@fondasi/service'

/** Every code that this service answers with, besides those that all services share. Codes are stable. */
export const problem = defineProblems({
  product_not_found: { status: 404, title: 'There is no such product' },
  sku_not_found: { status: 404, title: 'There is no such SKU' },
  category_not_found: { status: 404, title: 'There is no such category' },
  synonym_not_found: { status: 404, title: 'There is no such synonym' },
  import_not_found: { status: 404, title: 'There is no such import' },
  imports_stopping: { status: 503, title: 'The service is stopping: send the file again' },
  exports_busy: { status: 429, title: 'Enough exports are being read just now' },
  sku_exists: { status: 409, title: 'Another product has this SKU' },
  category_exists: { status: 409, title: 'A category with this path exists' },
  category_cycle: { status: 409, title: 'A category cannot stand below itself' },
  category_in_use: { status: 409, title: 'Products or categories stand below it' },
  too_many_skus: { status: 409, title: 'A product has at most 100 SKUs' },
  synonym_exists: { status: 409, title: 'Another synonym has this term' },
  precondition_failed: { status: 412, title: 'It was changed since you read it' },
  precondition_required: { status: 428, title: 'Say in If-Match which version you want to change' },
  unknown_reference: { status: 422, title: 'What it refers to does not exist' },
  category_too_deep: { status: 422, title: 'Categories stand at most eight deep' },
  attribute_rejected: { status: 422, title: 'An attribute is not declared or has another type' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  idempotency_key_running: {
    status: 409,
    title: 'The first request with this Idempotency-Key has not ended yet',
  },
  busy: { status: 503, title: 'Somebody else is changing it just now' },
  pure_negation: { status: 400, title: 'A search needs something to look for, not only to leave out' },
  empty_query: { status: 400, title: 'There is no word in this query' },
})

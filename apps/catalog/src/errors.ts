import { defineProblems } from '@fondasi/service'

/** Every problem code of this service, besides those that all services share. Codes are stable. */
export const problem = defineProblems({
  product_not_found: { status: 404, title: 'The product does not exist' },
  sku_not_found: { status: 404, title: 'The SKU does not exist' },
  category_not_found: { status: 404, title: 'The category does not exist' },
  synonym_not_found: { status: 404, title: 'The synonym does not exist' },
  import_not_found: { status: 404, title: 'The import does not exist' },
  imports_stopping: { status: 503, title: 'The service is shutting down: send the file again' },
  exports_busy: { status: 429, title: 'Too many exports are running: try again later' },
  sku_exists: { status: 409, title: 'Another product has this SKU' },
  category_exists: { status: 409, title: 'A category with this path exists' },
  category_cycle: { status: 409, title: 'A category cannot be below itself' },
  category_in_use: { status: 409, title: 'The category still has products or subcategories' },
  too_many_skus: { status: 409, title: 'A product has at most 100 SKUs' },
  synonym_exists: { status: 409, title: 'Another synonym has this term' },
  precondition_failed: { status: 412, title: 'The resource has changed since you read it: read it again' },
  precondition_required: {
    status: 428,
    title: 'Send If-Match with the ETag of the version that you want to change',
  },
  unknown_reference: { status: 422, title: 'The request refers to a resource that does not exist' },
  category_too_deep: { status: 422, title: 'Categories can be at most eight levels deep' },
  attribute_rejected: { status: 422, title: 'An attribute is not declared or has a value of the wrong type' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  idempotency_key_running: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
  },
  busy: { status: 503, title: 'Another request is changing the resource: try again' },
  search_timeout: { status: 503, title: 'The search took too long: use rarer words or a filter' },
  pure_negation: { status: 400, title: 'A query must have a word to find, not only words to exclude' },
  empty_query: { status: 400, title: 'A query must have at least one word' },
})

import { defineProblems } from '@fondasi/service'

/** Every problem code of this service, besides those that all services share. Codes are stable. */
export const problem = defineProblems({
  unknown_kind: { status: 422, title: 'No kind of job has this name' },
  invalid_payload: { status: 422, title: 'The payload does not match the schema of its kind' },
  job_not_found: { status: 404, title: 'The job does not exist' },
  job_final: { status: 409, title: 'The job has already ended' },
  too_many_streams: { status: 503, title: 'Too many clients follow jobs now: try again later' },
  job_not_set_aside: { status: 409, title: 'The job is not set aside' },
  dead_letter_not_found: { status: 404, title: 'The dead letter does not exist' },
  dead_letter_closed: { status: 409, title: 'The dead letter was already redriven or discarded' },
  redriven_too_often: {
    status: 409,
    title: 'The job was redriven three times: send `force` to redrive it again',
  },
  job_without_result: { status: 409, title: 'Only a job that is done has a result' },
  result_expired: { status: 410, title: 'The file of the result is past its retention' },
  schedule_not_found: { status: 404, title: 'The schedule does not exist' },
  schedule_never_due: { status: 422, title: 'No date matches the cron expression' },
  queue_not_found: { status: 404, title: 'No kind of job uses this queue' },
  unsubscribe_link_invalid: { status: 404, title: 'The link to unsubscribe is not valid' },
  webhook_endpoint_not_found: { status: 404, title: 'The webhook endpoint does not exist' },
  webhook_target_refused: { status: 422, title: 'Webhooks cannot be sent to this URL' },
  too_many_webhook_endpoints: {
    status: 409,
    title: 'A tenant has at most 100 webhook endpoints: delete one first',
  },
  inbox_source_not_found: { status: 404, title: 'No webhooks are received from this source' },
  invalid_signature: { status: 401, title: 'The signature of the webhook is missing, wrong or too old' },
  idempotency_key_required: { status: 400, title: 'This kind of job requires an Idempotency-Key' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  idempotency_key_running: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
  },
})

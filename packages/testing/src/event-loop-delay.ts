/**
 * The `MAX_EVENT_LOOP_DELAY_MS` of services in tests: 0, which never refuses a request. A busy machine delays the event
 * loop, and a high limit does not help: the plugin that measures it takes a second without a measurement as endless delay.
 */
export const testEventLoopDelayMs = 0

export { checkRedis, connected, createRedis } from './client.ts'
export { type Subscription, subscribe } from './subscribe.ts'

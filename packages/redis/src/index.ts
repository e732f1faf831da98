export { checkRedis, connected, createRedis } from './client.ts'
export { defineScript, type Script } from './script.ts'
export { type Subscription, subscribe } from './subscribe.ts'

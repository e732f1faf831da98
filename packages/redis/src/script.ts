import type { Redis } from 'ioredis'

/** Runs the script on these keys and arguments. */
export type Script = (keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>

/**
 * Makes a function of a Lua script. The text of the script is sent once per connection, afterwards only its hash. If
 * Redis has forgotten the script, ioredis sends the text again.
 *
 * @param name unique among the scripts of the client; not the name of a Redis command
 */
export function defineScript(redis: Redis, name: string, lua: string): Script {
  redis.defineCommand(name, { lua })
  // ioredis adds the script to the client as a method, which its types do not know.
  const run: (keyCount: number, ...keysAndArgs: (string | number)[]) => Promise<unknown> = Reflect.get(
    redis,
    name,
  )
  return (keys, args) => run.call(redis, keys.length, ...keys, ...args)
}

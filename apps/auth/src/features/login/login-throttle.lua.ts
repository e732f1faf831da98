/*
 * The rules of throttle-rules.ts, each applied to all buckets of an attempt in one step. Redis' own clock is used, so
 * the clocks of the processes need not agree.
 *
 * A bucket is two keys: HASH { n: failures, until: end of the lock in ms since the epoch }, and a ZSET of the attempts
 * in flight with the time at which each stops counting. KEYS holds both keys of each bucket, one pair after the other.
 */

/**
 * `admit`. The same attempt may ask again.
 *
 * ARGV the attempt's id, how long it counts as in flight (ms), then the limit of each bucket
 * Returns { 'admitted' }, { 'busy' } or { 'locked', index of the bucket, ms left }
 */
export const admitScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local locked, longest, busy = 0, 0, false
for i = 1, #KEYS / 2 do
  local bucket = redis.call('HMGET', KEYS[2 * i - 1], 'n', 'until')
  local left = (tonumber(bucket[2]) or 0) - now
  if left > longest then
    locked, longest = i - 1, left
  end
  redis.call('ZREM', KEYS[2 * i], ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[2 * i], '-inf', now)
  local room = math.max(ARGV[2 + i] - (tonumber(bucket[1]) or 0), 1)
  busy = busy or redis.call('ZCARD', KEYS[2 * i]) >= room
end
if longest > 0 then
  return { 'locked', locked, longest }
end
if busy then
  return { 'busy' }
end
for i = 1, #KEYS / 2 do
  redis.call('ZADD', KEYS[2 * i], now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', KEYS[2 * i], ARGV[2])
end
return { 'admitted' }`

/**
 * `settle`.
 *
 * ARGV the attempt's id, its result, then for each bucket: limit, first lock ms, longest lock ms, window ms, 1 if
 * consecutive or 0
 * Returns for each bucket 1 if this attempt has locked it, or 0
 */
export const settleScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local locks = {}
for i = 1, #KEYS / 2 do
  local limit, first, cap, window, consecutive = unpack(ARGV, 5 * i - 2, 5 * i + 2)
  local key = KEYS[2 * i - 1]
  redis.call('ZREM', KEYS[2 * i], ARGV[1])
  locks[i] = 0
  if ARGV[2] == 'wrong' then
    local n = redis.call('HINCRBY', key, 'n', 1)
    local lock = 0
    if n >= tonumber(limit) then
      lock = math.min(first * 2 ^ (n - limit), tonumber(cap))
      redis.call('HSET', key, 'until', string.format('%.0f', now + lock))
      locks[i] = 1
    end
    redis.call('PEXPIRE', key, string.format('%.0f', math.max(tonumber(window), lock)))
  elseif ARGV[2] == 'right' and consecutive == '1' then
    redis.call('DEL', key)
  end
end
return locks`

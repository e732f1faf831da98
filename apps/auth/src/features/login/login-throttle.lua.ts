/**
 * `reserve` of throttle-rules.ts, in one step for all processes. Redis' own clock, so that the processes' clocks
 * need not agree.
 *
 * KEYS the buckets, HASH { n: failures, until: ms since the epoch }
 * ARGV for each bucket: limit, first lock ms, longest lock ms, window ms
 * Returns { 0, until of each bucket } when admitted, { number of the locked bucket from 1, ms left } when not.
 */
export const reserveScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local failures = {}
local locked, longest = 0, 0
for i, key in ipairs(KEYS) do
  local bucket = redis.call('HMGET', key, 'n', 'until')
  failures[i] = tonumber(bucket[1]) or 0
  local left = (tonumber(bucket[2]) or 0) - now
  if left > longest then
    locked, longest = i, left
  end
end
if locked > 0 then
  return { locked, longest }
end
local answer = { 0 }
for i, key in ipairs(KEYS) do
  local limit, first, cap, window = unpack(ARGV, 4 * i - 3, 4 * i)
  local n = failures[i] + 1
  local lock, lockedUntil = 0, 0
  if n >= tonumber(limit) then
    lock = math.min(first * 2 ^ (n - limit), tonumber(cap))
    lockedUntil = now + lock
  end
  redis.call('HSET', key, 'n', n, 'until', string.format('%.0f', lockedUntil))
  redis.call('PEXPIRE', key, string.format('%.0f', math.max(tonumber(window), lock)))
  answer[i + 1] = lockedUntil
end
return answer`

/**
 * `giveBack` of throttle-rules.ts.
 *
 * KEYS the buckets of a reservation
 * ARGV for each bucket: limit, failures to take away, until as the reservation left it
 */
export const giveBackScript = `
for i, key in ipairs(KEYS) do
  local bucket = redis.call('HMGET', key, 'n', 'until')
  if bucket[1] then
    local limit, given, lockedUntil = unpack(ARGV, 3 * i - 2, 3 * i)
    local n = bucket[1] - given
    if n <= 0 then
      redis.call('DEL', key)
    else
      redis.call('HSET', key, 'n', n)
      if n < tonumber(limit) or bucket[2] == lockedUntil then
        redis.call('HSET', key, 'until', 0)
      end
    end
  end
end`

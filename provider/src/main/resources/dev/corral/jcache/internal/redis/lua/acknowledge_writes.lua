--[[
  Forgets the writes that the database has, unless a newer one of the same key came meanwhile, which then is due after
  its own delay. Does nothing for a drainer whose lease was lost.

  KEYS    lease, queue, due, since, totals, dead
  ARGV    token of the drainer, time in ms at which it took the writes, delay of a queued write in ms; then for each
          write its key and its version
  Result  1 if the lease is the drainer's
]]
local token, taken, delay, parts = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), partsFrom(2)
if redis.call('GET', KEYS[1]) ~= token then
  return 0
end
local newest = tonumber(redis.call('HGET', parts.totals, 'newest') or 0)
for i = 4, #ARGV, 2 do
  local key, record = ARGV[i], redis.call('HGET', parts.queue, ARGV[i])
  if record then
    local version, operation, attempts, changed = struct.unpack(RECORD, record)
    if version == tonumber(ARGV[i + 1]) then
      newest = math.max(newest, changed)
      dequeue(parts, key)
    else
      redis.call('ZADD', parts.due, decimal(taken + delay), key)
      redis.call('ZADD', parts.since, 'XX', decimal(taken), key)
      redis.call('HINCRBY', parts.totals, 'coalesced', -1)
    end
  end
end
redis.call('HSET', parts.totals, 'acknowledgedAt', decimal(now), 'newest', decimal(newest))
redis.call('HINCRBY', parts.totals, 'written', (#ARGV - 3) / 2)
redis.call('HINCRBY', parts.totals, 'batches', 1)
return 1

--[[
  Takes writes back that failed: they are due again later, or parked. One that a newer write of the same key has
  replaced is neither counted nor parked. Does nothing for a drainer whose lease was lost. A parked record, big-endian:
  operation (1 byte), attempts (4), first change in ms (8), parked in ms (8), length of the reason (4), reason, value.

  KEYS    lease, queue, due, since, totals, dead
  ARGV    token of the drainer; then for each write its key, version, attempts by now, ms until it is due again or -1
          to park it, and the reason
  Result  1 if the lease is the drainer's
]]
local token, parts = ARGV[1], partsFrom(2)
if redis.call('GET', KEYS[1]) ~= token then
  return 0
end
for i = 2, #ARGV, 5 do
  local key, expected, attempts, wait, reason = unpack(ARGV, i, i + 4)
  local record = redis.call('HGET', parts.queue, key)
  if record then
    local version, operation, before, changed = struct.unpack(RECORD, record)
    local value, current = string.sub(record, RECORD_LENGTH + 1), version == tonumber(expected)
    if current and tonumber(wait) < 0 then
      local since = tonumber(redis.call('ZSCORE', parts.since, key) or now)
      redis.call('HSET', parts.dead, key,
        struct.pack('>BI4I8I8I4', operation, attempts, since, now, #reason) .. reason .. value)
      dequeue(parts, key)
    else
      if current and tonumber(attempts) > before then
        redis.call('HSET', parts.queue, key, struct.pack(RECORD, version, operation, attempts, changed) .. value)
        redis.call('HINCRBY', parts.totals, 'retries', 1)
      end
      redis.call('ZADD', parts.due, decimal(now + math.max(0, tonumber(wait))), key)
    end
  end
end
return 1

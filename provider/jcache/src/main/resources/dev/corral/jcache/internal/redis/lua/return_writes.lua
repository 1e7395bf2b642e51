--[[
  Returns changes that the writer refused: they are due again later, or become dead letters. One
  that a newer change of the same key has replaced is neither counted nor a dead letter. Does
  nothing for a drainer whose lease was lost.

  KEYS    lease, queue, due, since, totals, dead
  ARGV    token of the drainer; then for each change its key, version, attempts by now, ms until it
          is due again or -1 to make it a dead letter, and the reason
  Result  1 if the lease is the drainer's
]]
local token, parts = ARGV[1], partsFrom(2)
if redis.call('GET', KEYS[1]) ~= token then return 0 end

acceptWhenFull(parts)
for i = 2, #ARGV, 5 do
  local key, version, attempts, wait, reason = unpack(ARGV, i, i + 4)
  local record = recordOf(parts.queue, key)
  local current = record and record.version == tonumber(version)
  if current and tonumber(wait) < 0 then
    local since = tonumber(redis.call('ZSCORE', parts.since, key) or now)
    redis.call('HSET', parts.dead, key,
      packDeadLetter(record, attempts, math.floor(since), reason))
    dequeue(parts, key)
  elseif record then
    if current and tonumber(attempts) > record.attempts then
      record.attempts = attempts
      redis.call('HSET', parts.queue, key, packRecord(record))
      redis.call('HINCRBY', parts.totals, 'retries', 1)
    end
    redis.call('ZADD', parts.due, decimal(now + math.max(0, tonumber(wait))), key)
    setTaken(parts, key, redis.call('ZSCORE', parts.since, key) or now, false)
  end
end
return 1

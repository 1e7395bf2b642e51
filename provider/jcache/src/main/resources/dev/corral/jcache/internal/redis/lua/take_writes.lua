--[[
  Takes or renews the lease on one bucket's queue, and returns the changes that are due. They stay
  in the queue, but are not due again before the lease ends. It returns none while other JVMs may
  still have to repair the queue, see repair.lua.

  KEYS    lease, queue, due, since, totals, dead, settling
  ARGV    token of the drainer, time in ms that its lease lasts, how many changes at most
  Result  {1 if the lease is the drainer's, time in ms, then for each change its key and its record}
]]
local token, lease, limit, parts = ARGV[1], tonumber(ARGV[2]), ARGV[3], partsFrom(2)
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= token then return {0, now} end

acceptWhenFull(parts)
redis.call('SET', KEYS[1], token, 'PX', decimal(lease))
local result = {1, now}
if redis.call('EXISTS', KEYS[7]) == 1 then return result end

local due = redis.call('ZRANGEBYSCORE', parts.due, '-inf', decimal(now), 'LIMIT', 0, limit)
for _, key in ipairs(due) do
  local record = redis.call('HGET', parts.queue, key)
  if record then
    redis.call('ZADD', parts.due, decimal(now + lease), key)
    setTaken(parts, key, redis.call('ZSCORE', parts.since, key) or now, true)
    result[#result + 1] = key
    result[#result + 1] = record
  else
    dequeue(parts, key)
  end
end
return result

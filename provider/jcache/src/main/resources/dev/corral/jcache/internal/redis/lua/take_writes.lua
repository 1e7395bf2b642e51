--[[
  Takes or renews the lease on one bucket's queue, and gives the writes that are due. They stay in the queue, but are
  not due again before the lease has ended. None is given while JVMs may still have to put the queue right, see repair.lua.

  KEYS    lease, queue, due, since, totals, dead, settling
  ARGV    token of the drainer, time in ms that its lease stands, how many writes at the most
  Result  {1 if the lease is the drainer's, time in ms, then for each write its key and its record}
]]
local token, millis, limit, parts = ARGV[1], tonumber(ARGV[2]), ARGV[3], partsFrom(2)
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= token then
  return {0, now}
end
redis.call('SET', KEYS[1], token, 'PX', decimal(millis))
if redis.call('EXISTS', KEYS[7]) == 1 then
  return {1, now}
end

local result = {1, now}
for _, key in ipairs(redis.call('ZRANGEBYSCORE', parts.due, '-inf', decimal(now), 'LIMIT', 0, limit)) do
  local record = redis.call('HGET', parts.queue, key)
  if record then
    redis.call('ZADD', parts.due, decimal(now + millis), key)
    result[#result + 1] = key
    result[#result + 1] = record
  else
    dequeue(parts, key)
  end
end
return result

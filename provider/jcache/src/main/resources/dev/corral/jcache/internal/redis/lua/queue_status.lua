--[[
  Tells how the queue of one bucket stands.

  KEYS    lease, queue, due, since, totals, dead
  ARGV    a time in ms
  Result  {writes that wait, how old the oldest change is in ms or -1, parked writes, keys whose first change is not
          after the given time, keys that are due by then, then the totals: queued, coalesced, written, batches, retries}
]]
local parts = partsFrom(2)
local oldest = redis.call('ZRANGE', parts.since, 0, 0, 'WITHSCORES')
local result = {redis.call('HLEN', parts.queue), oldest[2] and math.max(0, now - tonumber(oldest[2])) or -1,
  redis.call('HLEN', parts.dead), redis.call('ZCOUNT', parts.since, '-inf', ARGV[1]),
  redis.call('ZCOUNT', parts.due, '-inf', ARGV[1])}
for _, total in ipairs(redis.call('HMGET', parts.totals, 'queued', 'coalesced', 'written', 'batches', 'retries')) do
  result[#result + 1] = tonumber(total or 0)
end
return result

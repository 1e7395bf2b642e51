--[[
  Reads the status of the queue of one bucket.

  KEYS    lease, queue, due, since, totals, dead
  ARGV    a time in ms
  Result  {queued changes, age of the oldest change in ms or -1, dead letters, keys whose first
          change is not after the given time, keys that are due by then, then the totals: queued,
          coalesced, written, batches, retries}
]]
local parts, time = partsFrom(2), ARGV[1]
local oldest = redis.call('ZRANGE', parts.since, 0, 0, 'WITHSCORES')
local result = {
  redis.call('HLEN', parts.queue),
  oldest[2] and math.max(0, now - tonumber(oldest[2])) or -1,
  redis.call('HLEN', parts.dead),
  redis.call('ZCOUNT', parts.since, '-inf', time .. '.5'),
  redis.call('ZCOUNT', parts.due, '-inf', time),
}
local totals =
  redis.call('HMGET', parts.totals, 'queued', 'coalesced', 'written', 'batches', 'retries')
for _, total in ipairs(totals) do
  result[#result + 1] = tonumber(total or 0)
end
return result

--[[
  Removes what changed while Redis was away: entries with their tickets and remembered misses, the marks of writers that
  did not come through, and queued writes that were overtaken, for the database has a later one. It writes in any case, so
  its success says that Redis is not full or read-only.

  KEYS    generation, queue, due, a name to write to, then for each entry the entry and its mark
  ARGV    the key of each entry
  Result  how many entries there were
]]
currentGeneration(KEYS[1])
redis.call('SET', KEYS[4], decimal(now), 'PX', 1000)
local removed = 0
for i = 1, #ARGV do
  removed = removed + redis.call('UNLINK', KEYS[2 * i + 3])
  redis.call('UNLINK', KEYS[2 * i + 4])
  redis.call('HDEL', KEYS[2], ARGV[i])
  redis.call('ZREM', KEYS[3], ARGV[i])
end
return removed

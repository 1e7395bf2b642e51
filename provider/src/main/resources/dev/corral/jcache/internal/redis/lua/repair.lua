--[[
  Removes what changed while Redis was away: entries with their tickets and remembered misses, the marks of writers that
  did not come through, and queued writes that were overtaken, for the database has a later one. It writes in any case, so
  its success says that Redis is not full or read-only.

  KEYS    generation, a name to write to, the five parts of the queue (see pending.lua), then for each entry the entry
          and its mark
  ARGV    the key of each entry
  Result  how many entries there were
]]
local FIRST_ENTRY = 8
currentGeneration(KEYS[1])
redis.call('SET', KEYS[2], decimal(now), 'PX', 1000)
local parts, removed = partsFrom(3), 0
for i = 1, #ARGV do
  local entry = FIRST_ENTRY + 2 * (i - 1)
  removed = removed + redis.call('UNLINK', KEYS[entry])
  redis.call('UNLINK', KEYS[entry + 1])
  dequeue(parts, ARGV[i])
end
return removed

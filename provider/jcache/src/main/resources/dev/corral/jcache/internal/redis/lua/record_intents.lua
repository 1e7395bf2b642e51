--[[
  Records that a transaction is about to change keys in the database. Removes their entries and load
  tickets, so that readers ask the database, and no load is stored until the intent ends. Recording
  it again renews it. A removal comes first, so that a full Redis accepts the rest, too.

  KEYS    subscriptions, sequence of invalidations, then for each entry the entry and its write
          fence
  ARGV    token of the intent, time in ms that it lasts
  Result  nothing
]]
local token, ends = ARGV[1], decimal(now + tonumber(ARGV[2]))
readNearSubscriptions(KEYS[1])
for i = 3, #KEYS, 2 do
  local entry, fence = KEYS[i], KEYS[i + 1]
  redis.call('UNLINK', entry)
  removeUnless('zset', fence)
  redis.call('ZADD', fence, ends, token)
  settleIntents(fence)
  invalidate(entry)
end
publishInvalidations(KEYS[2])

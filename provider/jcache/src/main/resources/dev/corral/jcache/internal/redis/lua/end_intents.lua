--[[
  Ends the intents of a transaction. If it was committed, the entries are removed that another
  caller has put meanwhile. It may run twice, and also if the intents have ended or were lost.

  KEYS    subscriptions, sequence of invalidations, then for each entry the entry and its write
          fence
  ARGV    token of the intent, 1 if the transaction was committed
  Result  nothing
]]
local token, committed = ARGV[1], ARGV[2] == '1'
readNearSubscriptions(KEYS[1])
for i = 3, #KEYS, 2 do
  local entry, fence = KEYS[i], KEYS[i + 1]
  if committed then
    redis.call('UNLINK', entry)
    invalidate(entry)
  end
  if redis.call('TYPE', fence).ok == 'zset' then
    redis.call('ZREM', fence, token)
    settleIntents(fence)
  end
end
publishInvalidations(KEYS[2])

--[[
  Ends the intents of a transaction. If it was committed, the entries are removed that another
  caller has put meanwhile. It may run twice, and also if the intents have ended or were lost.

  KEYS    subscriptions, sequence of invalidations, expiry index, expiring values, then for each
          entry the entry and its write fence
  ARGV    token of the intent, 1 if the transaction was committed
  Result  nothing
]]
local token, committed, FIRST_ENTRY = ARGV[1], ARGV[2] == '1', 5
readNearSubscriptions(KEYS[1])
for i = FIRST_ENTRY, #KEYS, 2 do
  if committed then removeEntry(KEYS[i], KEYS[3], KEYS[4]) end
  leaveFence(KEYS[i + 1], token)
end
publishInvalidations(KEYS[2])

--[[
  Records that a transaction is about to change keys in the database. Removes their entries and load
  tickets, so that readers ask the database, and no load is stored until the intent ends. A writer
  that has fenced a key stays at work behind the same fence. Recording an intent again renews it. A
  removal comes first, so that a full Redis accepts the rest, too.

  KEYS    subscriptions, sequence of invalidations, expiry index, expiring values, then for each
          entry the entry and its write fence
  ARGV    token of the intent, time in ms that it lasts
  Result  nothing
]]
local token, millis, FIRST_ENTRY = ARGV[1], tonumber(ARGV[2]), 5
readNearSubscriptions(KEYS[1])
for i = FIRST_ENTRY, #KEYS, 2 do
  local entry, fence = KEYS[i], KEYS[i + 1]
  removeEntry(entry, KEYS[3], KEYS[4])
  shareFence(fence, millis)
  joinFence(fence, token, millis)
end
publishInvalidations(KEYS[2])

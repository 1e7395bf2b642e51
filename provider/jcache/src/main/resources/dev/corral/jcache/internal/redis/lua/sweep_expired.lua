--[[
  Publishes the EXPIRED events of entries, each once in the cluster, and removes them from the
  expiry index.

  KEYS    generation, subscriptions, expiry index, expiring values, tagged, tags (see tags.lua),
          then the entries
  ARGV    channel, JVM
  Result  how many of them had expired, and were in the index with their value
]]
local channel, jvm, FIRST_ENTRY = ARGV[1], ARGV[2], 7
local generation, subscriptions = currentGeneration(KEYS[1]), subscriptionsOf(KEYS[2])
local expiryIndex, expiringValues, taken = KEYS[3], KEYS[4], 0

useTags(KEYS[5], KEYS[6])

for i = FIRST_ENTRY, #KEYS do
  local key, header = textOf(KEYS[i]), headerOf(KEYS[i])
  local state = stateOf(header, generation)
  local value = takeExpired(expiryIndex, expiringValues, key)
  taken = taken + (value and 1 or 0)
  local ended = state ~= LIVE and (type(header) == 'table' or not isInvalidated(header))
  if value and subscriptions.expired and ended then
    publish(channel, 'expired', jvm, 0, key, nil, value)
  end
end
return taken

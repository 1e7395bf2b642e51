--[[
  Publishes the EXPIRED events of entries, each once in the cluster, and removes them from the
  expiry index.

  KEYS    generation, subscriptions, expiry index, expiring values, then the entries
  ARGV    channel, JVM
  Result  how many of them had expired, and were in the index with their value
]]
local channel, jvm, FIRST_ENTRY = ARGV[1], ARGV[2], 5
local generation, subscriptions = currentGeneration(KEYS[1]), subscriptionsOf(KEYS[2])
local expiryIndex, expiringValues, taken = KEYS[3], KEYS[4], 0

for i = FIRST_ENTRY, #KEYS do
  local key, state = textOf(KEYS[i]), stateOf(headerOf(KEYS[i]), generation)
  local value = takeExpired(expiryIndex, expiringValues, key)
  taken = taken + (value and 1 or 0)
  if value and subscriptions.expired and state ~= LIVE then
    publish(channel, 'expired', jvm, 0, key, nil, value)
  end
end
return taken

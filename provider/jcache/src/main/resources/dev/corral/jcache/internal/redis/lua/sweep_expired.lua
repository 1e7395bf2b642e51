--[[
  Publishes the EXPIRED events of a page of entries, each once in the cluster, and removes them from
  the expiry index.

  KEYS    generation, subscriptions, expiry index, expiring values
  ARGV    channel, JVM, entry prefix (the hash tag and the colon), size of the page
  Result  how many entries of the index were processed
]]
local channel, jvm, prefix, limit = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local generation, subscriptions = currentGeneration(KEYS[1]), subscriptionsOf(KEYS[2])
local expiryIndex, expiringValues = KEYS[3], KEYS[4]

local due = redis.call('ZRANGEBYSCORE', expiryIndex, '-inf', decimal(now), 'LIMIT', 0, limit)
for _, key in ipairs(due) do
  local state = stateOf(headerOf(prefix .. key), generation)
  local value = takeExpired(expiryIndex, expiringValues, key)
  if value and subscriptions.expired and state ~= LIVE then
    publish(channel, 'expired', jvm, 0, key, nil, value)
  end
end
return #due

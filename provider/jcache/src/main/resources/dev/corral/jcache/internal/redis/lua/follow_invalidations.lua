--[[
  Renews the lease by which near caches subscribe to invalidations, and reads the last number. If no
  lease existed, changes may have been made without an invalidation, so all entries are invalidated.

  KEYS    sequence, subscriptions
  ARGV    lease in ms; its kind: near, or nearSharded for subscribers of sharded channels
  Result  the number of the last invalidation
]]
local sequence, subscriptions, lease, kind = KEYS[1], KEYS[2], tonumber(ARGV[1]), ARGV[2]
readNearSubscriptions(subscriptions)
local followed = subscribedBy[kind]
subscribedBy[kind] = true
local last = followed and numberAt(sequence)
local number = last or publishInvalidation(sequence, true)
removeUnless('hash', subscriptions)
redis.call('HSET', subscriptions, kind, decimal(now + lease))
if redis.call('PTTL', subscriptions) < lease then
  redis.call('PEXPIRE', subscriptions, decimal(lease))
end
return number

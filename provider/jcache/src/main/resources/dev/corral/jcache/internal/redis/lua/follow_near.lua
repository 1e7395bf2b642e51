--[[
  Renews the lease by which the JVMs that keep entries near hear of changes, and tells how far the changes are. If there
  was no lease, then changes may have been made that nobody was told of; so all are told to forget everything.

  KEYS    sequence, interests
  ARGV    lease in ms; its kind: near, or nearSharded for those who listen to sharded channels
  Result  the number of the last change
]]
local sequence, interests, lease, kind = KEYS[1], KEYS[2], tonumber(ARGV[1]), ARGV[2]
hearNear(interests)
local followed = heardBy[kind]
heardBy[kind] = true
local number = followed and tonumber(redis.call('GET', sequence)) or publishNear(sequence, true)
redis.call('HSET', interests, kind, decimal(now + lease))
if redis.call('PTTL', interests) < lease then
  redis.call('PEXPIRE', interests, decimal(lease))
end
return number

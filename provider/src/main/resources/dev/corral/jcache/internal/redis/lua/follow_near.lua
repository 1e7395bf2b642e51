--[[
  Renews the lease by which the JVMs that keep entries near hear of changes, and tells how far the changes are. If there
  was no lease, then changes may have been made that nobody was told of; so all are told to forget everything.

  KEYS    sequence, interests
  ARGV    lease in ms
  Result  the number of the last change
]]
local sequence, interests, lease = KEYS[1], KEYS[2], tonumber(ARGV[1])
hearNear(redis.call('HGET', interests, 'near'))
local number = nearIsHeard and tonumber(redis.call('GET', sequence)) or publishNear(sequence, true)
redis.call('HSET', interests, 'near', decimal(now + lease))
if redis.call('PTTL', interests) < lease then
  redis.call('PEXPIRE', interests, decimal(lease))
end
return number

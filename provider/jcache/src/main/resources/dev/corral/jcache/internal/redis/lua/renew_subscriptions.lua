--[[
  Takes or renews the lease by which a JVM subscribes to the changes of one bucket. Without a lease,
  nothing is published. Keys of a wrong type are replaced.

  KEYS    subscriptions, expiry index, expiring values
  ARGV    lease in ms, time in ms to keep what EXPIRED events need, then the kinds: created updated
          removed expired old
  Result  nothing
]]
local subscriptions, lease, keep = KEYS[1], tonumber(ARGV[1]), ARGV[2]
removeUnless('hash', subscriptions)
removeUnless('zset', KEYS[2])
removeUnless('hash', KEYS[3])
for i = 3, #ARGV do
  local leaseEnd = tonumber(redis.call('HGET', subscriptions, ARGV[i]) or 0) or 0
  redis.call('HSET', subscriptions, ARGV[i], decimal(math.max(leaseEnd, now + lease)))
end
redis.call('PEXPIRE', subscriptions, decimal(lease))
redis.call('PEXPIRE', KEYS[2], keep)
redis.call('PEXPIRE', KEYS[3], keep)

--[[
  Takes or renews the lease by which a JVM hears the changes of one bucket; nothing is published without one.

  KEYS    interests, deadlines, shadows
  ARGV    lease in ms, time in ms to keep what EXPIRED events need, then the kinds: created updated removed expired old
  Result  nothing
]]
local lease, keep = tonumber(ARGV[1]), ARGV[2]
for i = 3, #ARGV do
  local until_ = tonumber(redis.call('HGET', KEYS[1], ARGV[i]) or 0)
  redis.call('HSET', KEYS[1], ARGV[i], decimal(math.max(until_, now + lease)))
end
redis.call('PEXPIRE', KEYS[1], decimal(lease))
redis.call('PEXPIRE', KEYS[2], keep)
redis.call('PEXPIRE', KEYS[3], keep)

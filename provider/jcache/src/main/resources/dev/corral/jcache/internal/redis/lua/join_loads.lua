--[[
  Lets a JVM lead the joint loads of a cache, or makes it wait for the JVM that leads. The leader
  has a lease: its token and the number of its phase. In even phases it gathers the keys that others
  want, in odd ones it loads them. So what is wanted now has been loaded when the first odd phase
  after the current one has ended: the lease has a later phase, another token, or is gone.

  KEYS    lease, wanted keys (a sorted set: key → since when in ms)
  ARGV    token of the caller, or none to look at the lease only; the time in ms that both last;
          then the keys that it wants
  Result  the lease; the caller leads if it has the caller's token; nothing if there is none
]]
local token, millis = ARGV[1], ARGV[2]
local lease = redis.pcall('GET', KEYS[1])
if type(lease) == 'string' and string.find(lease, '^%S+ %d+$') then
  for i = 3, #ARGV do
    redis.call('ZADD', KEYS[2], 'NX', decimal(now), ARGV[i])
  end
  if #ARGV > 2 then redis.call('PEXPIRE', KEYS[2], millis) end
  return {lease}
end
if token == '' then return {} end
lease = token .. ' 0'
redis.call('SET', KEYS[1], lease, 'PX', millis)
redis.call('UNLINK', KEYS[2])
return {lease}

--[[
  Reads a small hash, as it is at the master.

  KEYS    its name
  ARGV    none
  Result  field, value, field, value ...
]]
return redis.call('HGETALL', KEYS[1])

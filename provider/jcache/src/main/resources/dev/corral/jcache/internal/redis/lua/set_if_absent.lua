--[[
  Sets a text unless one is stored.

  KEYS    its name
  ARGV    the text
  Result  the stored text
]]
redis.call('SETNX', KEYS[1], ARGV[1])
return redis.call('GET', KEYS[1])

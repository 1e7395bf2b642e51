--[[
  Sets a text unless there is one.

  KEYS    its name
  ARGV    the text
  Result  the one that stands there now
]]
redis.call('SETNX', KEYS[1], ARGV[1])
return redis.call('GET', KEYS[1])

--[[
  Removes one entry, and nothing that belongs to it. A single key can be removed even while its slot
  moves to another node.

  KEYS    the entry
  ARGV    none
  Result  1 if there was one
]]
return redis.call('UNLINK', KEYS[1])

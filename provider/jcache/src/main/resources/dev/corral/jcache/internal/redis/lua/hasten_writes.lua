--[[
  Makes all writes of one bucket due at once.

  KEYS    due
  ARGV    none
  Result  the time in ms: what was queued before has an earlier one, or the same
]]
redis.call('ZUNIONSTORE', KEYS[1], 1, KEYS[1], 'WEIGHTS', 0)
return now

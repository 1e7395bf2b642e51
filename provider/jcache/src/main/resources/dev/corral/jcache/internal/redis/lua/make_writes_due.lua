--[[
  Makes all queued changes of one bucket due at once.

  KEYS    due
  ARGV    none
  Result  the time in ms: a change that was queued before this has an earlier time, or the same
]]
redis.call('ZREM', KEYS[1], '%') -- so that a full Redis accepts the next command; see queue.lua
redis.call('ZUNIONSTORE', KEYS[1], 1, KEYS[1], 'WEIGHTS', 0)
return now

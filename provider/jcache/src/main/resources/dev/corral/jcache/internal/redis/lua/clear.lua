--[[
  Clears one bucket in one step: it raises the generation, so entries of earlier ones are absent.
  The removals come first, so that a full Redis accepts the rest, too.

  KEYS    generation, expiry index, expiring values, marker of a clear, subscriptions, sequence
  ARGV    none
  Result  1
]]
redis.call('UNLINK', KEYS[2], KEYS[3])
local generation = math.max(currentGeneration(KEYS[1]) + 1, nowMicros)
redis.call('SET', KEYS[1], decimal(generation))
redis.call('SET', KEYS[4], decimal(generation))
readNearSubscriptions(KEYS[5])
if nearSubscribed then publishInvalidation(KEYS[6], true) end
return 1

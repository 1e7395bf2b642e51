--[[
  Retires all entries of one bucket in one step: it raises the generation, so what was written under the old one is gone.

  KEYS    generation, deadlines, shadows, orphans, interests, sequence
  ARGV    none
  Result  1
]]
local generation = math.max(currentGeneration(KEYS[1]) + 1, nowMicros)
redis.call('SET', KEYS[1], decimal(generation))
redis.call('UNLINK', KEYS[2], KEYS[3])
redis.call('SET', KEYS[4], decimal(generation))
hearNear(KEYS[5])
if nearIsHeard then publishNear(KEYS[6], true) end
return 1

--[[
  Retires all entries of one bucket in one step: it raises the generation, so what was written under the old one is gone.

  KEYS    generation, deadlines, shadows, orphans
  ARGV    none
  Result  1
]]
local generation = math.max(currentGeneration(KEYS[1]) + 1, nowMicros)
redis.call('SET', KEYS[1], decimal(generation))
redis.call('UNLINK', KEYS[2], KEYS[3])
redis.call('SET', KEYS[4], decimal(generation))
return 1

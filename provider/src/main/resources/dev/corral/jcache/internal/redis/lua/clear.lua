--[[
  Retires all entries of one bucket in one step: it raises the generation, so what was written under the old one is gone.

  KEYS    generation, deadlines, shadows
  ARGV    none
  Result  the new generation
]]
local generation = math.max(currentGeneration(KEYS[1]) + 1, nowMicros)
redis.call('SET', KEYS[1], decimal(generation))
redis.call('UNLINK', KEYS[2], KEYS[3])
return decimal(generation)

--[[
  Tells whether entries of a generation may be put without more ado. If not, the generation is
  written again, as it is, so that whoever watches it is told that it was changed. One that is
  missing begins as in envelope.lua, which is too long to be sent each time.

  KEYS    generation, interests
  ARGV    the generation
  Result  1, or 0 if it is another one or somebody may listen to changes
]]
local generation = redis.call('GET', KEYS[1])
if generation == ARGV[1] and redis.call('EXISTS', KEYS[2]) == 0 then return 1 end
local time = redis.call('TIME')
redis.call('SET', KEYS[1], generation or string.format('%.0f', time[1] * 1000000 + time[2]))
return 0

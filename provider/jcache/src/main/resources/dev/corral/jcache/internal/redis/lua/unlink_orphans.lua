--[[
  Removes those of the given entries that are of another generation and would never expire by themselves.

  KEYS    generation, then the entries
  ARGV    none
  Result  how many were removed
]]
local generation = currentGeneration(KEYS[1])
local orphans = {}
for i = 2, #KEYS do
  local header = redis.call('GETRANGE', KEYS[i], 0, HEADER_LENGTH - 1)
  if #header > 0 and stateOf(header, generation) == ABSENT and redis.call('PTTL', KEYS[i]) == -1 then
    orphans[#orphans + 1] = KEYS[i]
  end
end
return #orphans > 0 and redis.call('UNLINK', unpack(orphans)) or 0

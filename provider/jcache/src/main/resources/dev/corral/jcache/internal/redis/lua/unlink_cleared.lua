--[[
  Removes those of the given entries that a clear made absent, and that would never expire.

  KEYS    generation, then the entries
  ARGV    none
  Result  how many were removed
]]
local generation, cleared = currentGeneration(KEYS[1]), {}
for i = 2, #KEYS do
  local header = headerOf(KEYS[i])
  local absent = type(header) == 'string' and #header > 0 and stateOf(header, generation) == ABSENT
  if absent and redis.call('PTTL', KEYS[i]) == -1 then cleared[#cleared + 1] = KEYS[i] end
end
return #cleared > 0 and redis.call('UNLINK', unpack(cleared)) or 0

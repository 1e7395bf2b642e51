--[[
  What the scripts for plain puts share: their arguments, and when they leave the work to apply.lua.

  KEYS    generation, interests, sequence, then the entries
  ARGV    time in ms to keep an entry beyond its deadline, times to live in ms on creation and on update (-1 never
          -2 keep), then the values, each with its length before it (4 bytes), in one
  Result  none
]]
local FIRST_ENTRY, NEVER, KEEP = 4, -1, -2
local retention, creation, update = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local function valuesOfEntries()
  local values = {struct.unpack('>' .. string.rep('I4c0', #KEYS - FIRST_ENTRY + 1), ARGV[4])}
  values[#values] = nil -- a position
  return values
end

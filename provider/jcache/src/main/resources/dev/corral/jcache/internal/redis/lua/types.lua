--[[
  Removes keys that hold another type than they should; shared by scripts.

  KEYS, ARGV  none: this is a function for the script that follows
  Result      none
]]
-- Removes a key that exists and is not of this type; whether it did.
local function removeUnless(wanted, key)
  local found = redis.call('TYPE', key).ok
  return found ~= wanted and found ~= 'none' and redis.call('UNLINK', key) == 1
end

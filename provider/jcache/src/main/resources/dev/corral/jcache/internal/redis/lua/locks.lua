--[[
  Lets keys go that were locked as hold_keys.lua says; shared by scripts.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
-- So long, in ms, a lock is kept for the one who waits for it: he has to come within this time, so he asks more often.
local RESERVED = 25

local function leave(lock)
  redis.call('HDEL', lock, 'owner', 'number')
  redis.call('PEXPIRE', lock, RESERVED)
end

-- Ends a hold; false if it was lost, or a later one has taken it over.
local function letGo(lock, owner, number)
  local holder, held, waiter = unpack(redis.call('HMGET', lock, 'owner', 'number', 'waiter'))
  if holder ~= owner or held ~= number then return false end
  if waiter then leave(lock) else redis.call('UNLINK', lock) end
  return true
end

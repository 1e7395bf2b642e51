--[[
  Releases the locks that lock_keys.lua describes; shared by scripts.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
-- How long, in ms, a free lock is reserved for the owner that waits for it. Waiting owners try
-- again more often than that.
local RESERVED_MILLIS = 25

-- The values of these fields of a lock. A key of another type is no lock, and is removed.
local function fieldsOf(lock, ...)
  local found = redis.pcall('HMGET', lock, ...)
  if found.err then return redis.call('UNLINK', lock) and nil end
  return unpack(found)
end

-- Frees a lock for the owner that waits for it.
local function reserve(lock)
  redis.call('HDEL', lock, 'owner', 'number')
  redis.call('PEXPIRE', lock, RESERVED_MILLIS)
end

-- Releases a lock; false if it was lost, or a later acquisition has replaced this one.
local function release(lock, owner, number)
  local holder, held, waiter = fieldsOf(lock, 'owner', 'number', 'waiter')
  if holder ~= owner or held ~= number then return false end
  if waiter then reserve(lock) else redis.call('UNLINK', lock) end
  return true
end

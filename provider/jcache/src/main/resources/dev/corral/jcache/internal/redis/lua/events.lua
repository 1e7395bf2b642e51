--[[
  Publishes changes to the JVMs that subscribe to them, and keeps what EXPIRED events need; shared
  by scripts. A message: format version (1 byte), kind (1), JVM, sequence (8 bytes), key, value, old
  value; each text with its length.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local KINDS = {created = 1, updated = 2, removed = 3, expired = 4}

local function publish(channel, kind, jvm, sequence, key, value, old)
  local message = struct.pack('>BB', 1, KINDS[kind]) .. withLength(jvm)
    .. struct.pack('>I8', sequence) .. withLength(key) .. withLength(value) .. withLength(old)
  redis.call('PUBLISH', channel, message)
end

-- Adds an entry that will expire to the expiry index, or removes it if the deadline is 0.
local function index(expiryIndex, expiringValues, key, deadline, value)
  if deadline ~= 0 then
    redis.call('ZADD', expiryIndex, decimal(deadline), key)
    redis.call('HSET', expiringValues, key, value)
  else
    redis.call('ZREM', expiryIndex, key)
    redis.call('HDEL', expiringValues, key)
  end
end

-- The value of an entry that expired without an event. It is removed here, so it has one event
-- only.
local function takeExpired(expiryIndex, expiringValues, key)
  local deadline = redis.call('ZSCORE', expiryIndex, key)
  if not deadline or tonumber(deadline) > now then return nil end
  local value = redis.call('HGET', expiringValues, key)
  index(expiryIndex, expiringValues, key, 0, nil)
  return value or nil
end

--[[
  Intents: what transactions record of the keys that they are about to change in the database;
  shared by scripts.
  The intents of a key are its write fence, as a sorted set: the token of each with the time in ms
  at which it ends. While it exists, no load is stored, as with the fence of a single writer, which
  is a string. A writer that is at work at the same time is a member of the set, so that the end of
  the intents does not end its fence. It does not know what the transactions do to the key, so it
  removes the entry when it commits.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local function isShared(fence)
  return redis.call('TYPE', fence).ok == 'zset'
end

-- Removes the members that have ended, and lets the set end with the last of the others.
local function settleFence(fence)
  local ended = redis.call('ZRANGEBYSCORE', fence, '-inf', decimal(now), 'LIMIT', 0, 100)
  if #ended > 0 then redis.call('ZREM', fence, unpack(ended)) end
  local last = redis.call('ZRANGE', fence, 0, 0, 'REV', 'WITHSCORES')[2]
  if last then redis.call('PEXPIREAT', fence, decimal(tonumber(last))) end
end

-- Adds an intent or a writer to a shared fence, or renews it.
local function joinFence(fence, token, millis)
  redis.call('ZADD', fence, decimal(now + millis), token)
  settleFence(fence)
end

-- Makes a fence a shared one. A writer that had it for itself is a member for the rest of its time.
local function shareFence(fence, millis)
  local found = redis.call('TYPE', fence).ok
  if found == 'zset' or found == 'none' then return end
  local writer = found == 'string' and redis.call('GET', fence)
  local left = redis.call('PTTL', fence)
  redis.call('UNLINK', fence)
  if writer then
    redis.call('ZADD', fence, decimal(now + (left < 0 and millis or left)), writer)
  end
end

-- Ends an intent, or the fence of a writer, shared or not; 1 if it lasted until now.
local function leaveFence(fence, token)
  if isShared(fence) then
    local left = redis.call('ZREM', fence, token)
    settleFence(fence)
    return left
  end
  return redis.pcall('GET', fence) == token and redis.call('UNLINK', fence) or 0
end

-- Removes an entry without an event, and without the one at its deadline unless that is past.
local function removeEntry(entry, expiryIndex, expiringValues)
  redis.call('UNLINK', entry)
  local deadline = redis.pcall('ZSCORE', expiryIndex, textOf(entry))
  if type(deadline) == 'string' and tonumber(deadline) > now then
    redis.call('ZREM', expiryIndex, textOf(entry))
    redis.pcall('HDEL', expiringValues, textOf(entry))
  end
  invalidate(entry)
end
